import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, screenshot, TestBrowser } from './browser.ts';
import { cubeGlb } from './glb.ts';

const PATIENCE_MILLIS = 300_000;
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** From the environment: the farm, a key of its customer and operator, and a .glb in place of the cube. */
const url = required('FARM_URL').replace(/\/$/, '');
const key = required('FARM_KEY');
const sceneFile = process.env.TILTH_SCENE;

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set; run a farm with ./tilth up and take FARM_URL and FARM_KEY from its farm.json`);
  }
  return value;
}

describe('the page in a browser, before a real farm', () => {
  let browser: TestBrowser;

  beforeAll(async () => {
    const chromium = findChromium();
    if (chromium === undefined) {
      throw new Error('there is no Chromium on the PATH; install one, or name it in TILTH_CHROMIUM');
    }
    browser = await TestBrowser.start(chromium);
  });

  afterAll(async () => browser?.stop());

  it('renders a scene from the drop to the download', async () => {
    const page = await browser.open(`${url}/#key=${encodeURIComponent(key)}`);
    page.setDefaultTimeout(PATIENCE_MILLIS);
    await page.getByText('Drop a scene here').waitFor();
    await page.getByLabel('Choose files').setInputFiles(
      sceneFile === undefined
        ? { name: 'cube.glb', mimeType: 'model/gltf-binary', buffer: Buffer.from(cubeGlb()) }
        : { name: basename(sceneFile), mimeType: 'model/gltf-binary', buffer: readFileSync(sceneFile) },
    );
    await page.getByText('Ready', { exact: true }).waitFor();
    await page.getByLabel('Width').fill('320');
    await page.getByLabel('Height').fill('180');
    await page.getByLabel('Samples').fill('32');
    await page.getByText('Estimate').waitFor();
    await page.getByRole('button', { name: 'Render', exact: true }).click({ trial: true });
    await screenshot(page, 'real-1-studio');
    await page.getByRole('button', { name: 'Render', exact: true }).click();

    await page.locator('.job-head').waitFor();
    const drawn = await drawnBeforeTheEnd(page);
    await screenshot(page, 'real-2-running');
    await page.getByText('Completed').waitFor();
    await page.locator('.picture img').waitFor();
    await screenshot(page, 'real-3-done');
    expect(drawn).toBeGreaterThan(0);

    const png = await saved(page, /\.png/);
    expect(png.subarray(0, 4)).toEqual(PNG_SIGNATURE);
    expect(await coloursOf(page)).toBeGreaterThan(20);
    const receipt = JSON.parse((await saved(page, /Receipt/)).toString()) as { tasks: unknown[]; totals: Record<string, number> };
    expect(receipt.tasks.length).toBeGreaterThan(0);
    const { held = 0, paid = 0, fees = 0, refunded = 0 } = receipt.totals;
    expect(paid + fees + refunded).toBe(held);
    expect(browser.errors).toEqual([]);
  });

  it('shows the jobs, the workers and a ledger that sums to zero', async () => {
    const page = await browser.open(`${url}/#key=${encodeURIComponent(key)}`);
    await page.getByRole('link', { name: 'Jobs' }).click();
    await page.getByText('Completed').first().waitFor();
    await screenshot(page, 'real-4-jobs');
    await page.getByRole('link', { name: 'Workers' }).click();
    await page.getByText('Connected').first().waitFor();
    await screenshot(page, 'real-5-workers');
    await page.getByRole('link', { name: 'Ledger' }).click();
    await page.getByLabel('The whole farm').check();
    await page.getByText('Together 0 T').waitFor();
    await screenshot(page, 'real-6-ledger');
  });
});

/** The share of the film that was drawn while the job ran. */
async function drawnBeforeTheEnd(page: Page): Promise<number> {
  const share = await page.waitForFunction(() => {
    const film = document.querySelector<HTMLCanvasElement>('.film');
    const data = film?.getContext('2d')?.getImageData(0, 0, film.width, film.height).data ?? [];
    let drawn = 0;
    for (let i = 3; i < data.length; i += 4) {
      drawn += data[i] === 0 ? 0 : 1;
    }
    return drawn > 0 ? drawn / (data.length / 4) : false;
  });
  return (await share.jsonValue()) || 0;
}

/** How many colours the finished picture has. */
async function coloursOf(page: Page): Promise<number> {
  return page.locator('.picture img').evaluate((image) => {
    const { naturalWidth: width, naturalHeight: height } = image as HTMLImageElement;
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    context.drawImage(image as HTMLImageElement, 0, 0);
    return new Set(new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)).size;
  });
}

async function saved(page: Page, name: RegExp): Promise<Buffer> {
  const coming: Promise<Download> = page.waitForEvent('download');
  await page.getByRole('button', { name }).click();
  return readFileSync(await (await coming).path());
}
