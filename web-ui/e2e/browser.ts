import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--enable-unsafe-swiftshader',
];

/** Where a Chromium is on this machine, from TILTH_CHROMIUM or the PATH; undefined when there is none. */
export function findChromium(): string | undefined {
  const named = process.env.TILTH_CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return (named === undefined ? candidates : [named]).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export type OpenOptions = Parameters<Browser['newContext']>[0] & { readonly webgl?: boolean };

/** A browser with a fresh profile, closed by {@link stop}; the page's own errors are collected. */
export class TestBrowser {
  readonly errors: string[] = [];
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(executablePath: string): Promise<TestBrowser> {
    return new TestBrowser(await chromium.launch({ executablePath, args: FLAGS }));
  }

  /** Opens a page; with `webgl` false it is as in a browser that cannot draw in three dimensions, and quick. */
  async open(url: string, { webgl = true, ...options }: OpenOptions = {}): Promise<Page> {
    const context: BrowserContext = await this.#browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true, ...options });
    const page = await context.newPage();
    if (!webgl) {
      await page.addInitScript(withoutWebgl);
    }
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && this.errors.push(message.text()));
    await page.goto(url);
    return page;
  }

  async closePages(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()));
  }

  async stop(): Promise<void> {
    await this.#browser.close();
  }
}

function withoutWebgl(): void {
  const original = HTMLCanvasElement.prototype.getContext as (this: HTMLCanvasElement, type: string, options?: unknown) => RenderingContext | null;
  HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, type: string, options?: unknown) {
    return type.startsWith('webgl') ? null : original.call(this, type, options);
  } as typeof HTMLCanvasElement.prototype.getContext;
}

/** Writes a picture of the page into the folder that the environment names, when it names one. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.TILTH_SCREENSHOTS;
  if (folder !== undefined && folder !== '') {
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
}
