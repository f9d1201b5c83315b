import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, type OpenOptions, screenshot, TestBrowser } from './browser.ts';
import { FakeFarm, KEY } from './fakeFarm.ts';
import { cubeGlb } from './glb.ts';

const chromium = findChromium();
if (chromium === undefined) {
  console.warn('no Chromium on the PATH and none in TILTH_CHROMIUM: the page is not tested in a browser');
}

describe.skipIf(chromium === undefined)('the page in a browser, before a farm in memory', () => {
  let farm: FakeFarm;
  let browser: TestBrowser;

  beforeAll(async () => {
    farm = await FakeFarm.start();
    browser = await TestBrowser.start(chromium as string);
  });

  afterAll(async () => {
    await browser?.stop();
    await farm?.stop();
  });

  afterEach(async () => {
    await browser?.closePages();
  });

  const open = (options: OpenOptions = {}, path = `/#key=${KEY}`): Promise<Page> => browser.open(farm.url + path, options);
  const FLAT = { webgl: false };
  const cube = (name = 'cube.glb') => ({ name, mimeType: 'model/gltf-binary', buffer: Buffer.from(cubeGlb()) });

  it('asks for the key, says when the farm does not know it, and lets the right one in', async () => {
    const page = await open(FLAT, '/');
    await screenshot(page, '01-gate');
    await page.getByLabel('Your key').fill('tk_wrong');
    await page.getByRole('button', { name: 'Enter' }).click();
    await page.getByText('The farm does not know this key', { exact: true }).waitFor();
    browser.errors.length = 0; // Chromium writes the 401 to the console.
    await page.getByLabel('Your key').fill(KEY);
    await page.getByRole('button', { name: 'Enter' }).click();
    await page.getByText('1,000 T').first().waitFor();
    await page.reload();
    await page.getByText('1,000 T').first().waitFor();
    expect(browser.errors).toEqual([]);
  });

  it('takes the key out of the address', async () => {
    const page = await open();
    await page.getByText('Drop a scene here').waitFor();
    expect(page.url()).not.toContain(KEY);
    await screenshot(page, '02-welcome');
  });

  it('renders a scene: shows it, uploads it through failures, prices it, draws the tiles and hands out the files', async () => {
    const page = await open();
    farm.refusedChunks = 2;
    farm.brokenStreams = 1;
    await page.getByLabel('Choose files').setInputFiles(cube());
    await page.getByText('12 triangles').waitFor();
    await page.getByText('Estimate').waitFor();
    browser.errors.length = 0; // Chromium writes the two 503 to the console.
    await screenshot(page, '03-studio');

    await dragPreview(page);
    expect(await page.getByLabel('Camera').inputValue()).toBe('placed');
    await page.getByLabel('Width').fill('512');
    await page.getByLabel('Height').fill('288');
    await page.getByRole('button', { name: 'Draft' }).click();
    await page.getByText('At most', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Render', exact: true }).click();

    await page.getByText('Rendering', { exact: true }).first().waitFor();
    await page.waitForFunction(() => document.querySelectorAll('.overlay rect').length > 2);
    await waitForPixels(page, 0.25);
    await screenshot(page, '04-job-running');
    await page.getByText('Completed').waitFor();
    await page.locator('.picture img').waitFor();
    await screenshot(page, '05-job-done');

    const job = [...farm.jobs.values()].at(-1);
    expect(job?.request.camera.type).toBe('placed');
    expect(job?.request).toMatchObject({ width: 512, height: 288, samples: 16, maxBounces: 8 });
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /frame-0000\.png/ }).click();
    const saved = await (await download).path();
    expect(readFileSync(saved)).toEqual(job?.outputs.get('frame-0000.png')?.content);
    expect(browser.errors.filter((text) => !text.includes('ERR_INCOMPLETE_CHUNKED_ENCODING'))).toEqual([]);
    browser.errors.length = 0;
  });

  it('draws from the tiles what the finished file shows', async () => {
    farm.parallel = 8;
    farm.assembles = false;
    const page = await open(FLAT);
    await startRender(page, { width: '160', height: '90' });
    await page.getByText('Assembling').waitFor();
    await waitForPixels(page, 1);
    const drawn = await pixel(page, '.film', 0.55, 0.45);
    farm.assembles = true;
    await page.locator('.picture img').waitFor();
    const finished = await pixel(page, '.picture img', 0.55, 0.45);
    drawn.forEach((channel, i) => expect(Math.abs(channel - (finished[i] as number))).toBeLessThanOrEqual(1));
  });

  it('renders an animation and shows the frames', async () => {
    farm.parallel = 8;
    const page = await open();
    await page.getByLabel('Choose files').setInputFiles(cube());
    await page.getByText('12 triangles').waitFor();
    await page.getByRole('button', { name: 'Animation' }).click();
    await page.getByLabel('Last').fill('3');
    await page.getByLabel('Preview of frame').fill('2');
    await page.getByLabel('Width').fill('192');
    await page.getByLabel('Height').fill('108');
    await page.getByText('4 frames').waitFor();
    await screenshot(page, '06-animation');
    await page.getByRole('button', { name: 'Render', exact: true }).click();
    await page.getByText('Completed').waitFor();
    await page.getByLabel('Frame', { exact: true }).fill('3');
    await page.getByRole('img', { name: /Frame 3, .* finished/ }).waitFor();
    expect([...farm.jobs.values()].at(-1)?.request.frames).toEqual({ first: 0, last: 3, framesPerSecond: 24 });
  });

  it('cancels a job after asking', async () => {
    farm.parallel = 1;
    const page = await open(FLAT);
    await startRender(page, { width: '640', height: '360' });
    await page.getByRole('button', { name: 'Cancel…' }).click();
    await page.getByRole('button', { name: 'Cancel the job' }).click();
    await page.getByText('Cancelled').waitFor();
    expect([...farm.jobs.values()].at(-1)?.json().state).toBe('CANCELED');
  });

  it('renders also where the browser cannot draw the preview, and says so', async () => {
    const page = await open(FLAT);
    await page.getByLabel('Choose files').setInputFiles(cube());
    await page.getByText('The preview cannot show this').waitFor();
    await page.getByText('12 triangles').waitFor();
    await page.getByLabel('Camera').selectOption('Top camera');
    await page.getByText('Estimate').waitFor();
    await page.getByRole('button', { name: 'Render', exact: true }).click();
    await page.getByText('Rendering', { exact: true }).first().waitFor();
    expect([...farm.jobs.values()].at(-1)?.request.camera).toEqual({ type: 'named', name: 'Top camera' });
  });

  it('says what is wrong with a scene, where, and what to do', async () => {
    const page = await open(FLAT);
    await page.getByLabel('Choose files').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
    await page.getByText('no .glb or .gltf file').waitFor();
    const gltf = JSON.stringify({ asset: { version: '2.0' }, buffers: [{ uri: 'walls%20a.bin', byteLength: 4 }] });
    await page.getByLabel('Choose files').setInputFiles({ name: 'room.gltf', mimeType: 'model/gltf+json', buffer: Buffer.from(gltf) });
    await page.getByText('buffers[0].uri names “walls a.bin”').waitFor();
    await screenshot(page, '07-missing-file');
    await page.getByLabel('Choose files').setInputFiles(cube('refused.glb'));
    await page.getByText('The accessor 7 does not exist', { exact: false }).or(page.getByText('accessor 7')).first().waitFor();
    await screenshot(page, '08-refused');
  });

  it('says what is wrong with the settings and what they would cost too much', async () => {
    const page = await open(FLAT);
    await page.getByLabel('Choose files').setInputFiles(cube());
    await page.getByText('12 triangles').waitFor();
    await page.getByLabel('Samples').fill('0');
    await page.getByText('The number of samples must be from 1 to 1,048,576.').waitFor();
    expect(await page.getByRole('button', { name: 'Render', exact: true }).isDisabled()).toBe(true);
    await page.getByLabel('Samples').fill('1000000');
    await page.getByText('is held while the job runs').waitFor();
    await screenshot(page, '09-too-dear');
    expect(await page.getByRole('button', { name: 'Render', exact: true }).isDisabled()).toBe(true);
  });

  it('lists jobs, workers and postings, and takes an earlier scene again', async () => {
    const page = await open(FLAT);
    await page.getByRole('link', { name: 'Jobs' }).click();
    await page.getByRole('table', { name: 'Jobs' }).waitFor();
    await screenshot(page, '10-jobs');
    await page.getByRole('link', { name: 'Workers' }).click();
    await page.getByText('loft-4090').waitFor();
    await screenshot(page, '11-workers');
    await page.getByRole('link', { name: 'Ledger' }).click();
    await page.getByText('Refund').waitFor();
    await screenshot(page, '12-ledger');
    await page.getByRole('link', { name: 'Render' }).click();
    await page.getByRole('button', { name: 'cube.glb' }).first().click();
    await page.getByText('12 triangles').waitFor();
    await page.getByText('Estimate').waitFor();
  });

  it('fits a phone and follows the dark scheme', async () => {
    farm.parallel = 2;
    const page = await open({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    await page.getByText('Drop a scene here').waitFor();
    await screenshot(page, '13-phone-welcome');
    await startRender(page, { width: '320', height: '180' }, async () => screenshot(page, '14-phone-studio'));
    await waitForPixels(page, 0.3);
    await screenshot(page, '15-phone-job');
    expect(await overflow(page)).toBe(0);
    for (const name of ['Jobs', 'Workers', 'Ledger'] as const) {
      await page.getByRole('link', { name }).click();
      await page.getByRole('table', { name: name === 'Ledger' ? 'Postings' : name }).waitFor();
      await screenshot(page, `16-phone-${name.toLowerCase()}`);
      expect(await overflow(page)).toBe(0);
    }
  });

  async function startRender(page: Page, size: { width: string; height: string }, before = async () => {}): Promise<void> {
    await page.getByLabel('Choose files').setInputFiles(cube());
    await page.getByText('12 triangles').waitFor();
    await page.getByLabel('Width').fill(size.width);
    await page.getByLabel('Height').fill(size.height);
    await page.getByText('At most', { exact: true }).waitFor();
    await before();
    await page.getByRole('button', { name: 'Render', exact: true }).click();
    await page.locator('.film').waitFor();
  }
});

async function dragPreview(page: Page): Promise<void> {
  const box = await page.locator('.viewport canvas').boundingBox();
  if (box === null) {
    throw new Error('the preview is not shown');
  }
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 120, y - 40, { steps: 6 });
  await page.mouse.up();
}

/** Waits until this share of the film's pixels is drawn. Looks rarely: a look at each frame starves the drawing. */
async function waitForPixels(page: Page, share: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const film = document.querySelector<HTMLCanvasElement>('.film');
      const data = film?.getContext('2d')?.getImageData(0, 0, film.width, film.height).data ?? [];
      let drawn = 0;
      for (let i = 3; i < data.length; i += 4) {
        drawn += data[i] === 0 ? 0 : 1;
      }
      return data.length > 0 && drawn / (data.length / 4) >= wanted;
    },
    share,
    { polling: 250, timeout: 120_000 },
  );
}

/** A pixel of a canvas or an image, at a place given as shares of its width and height. */
async function pixel(page: Page, selector: string, x: number, y: number): Promise<number[]> {
  return page.locator(selector).evaluate(
    (element, [shareX, shareY]) => {
      const source = element as HTMLCanvasElement | HTMLImageElement;
      const canvas = document.createElement('canvas');
      canvas.width = source instanceof HTMLImageElement ? source.naturalWidth : source.width;
      canvas.height = source instanceof HTMLImageElement ? source.naturalHeight : source.height;
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      context.drawImage(source, 0, 0);
      return [...context.getImageData(Math.floor(shareX * canvas.width), Math.floor(shareY * canvas.height), 1, 1).data];
    },
    [x, y] as const,
  );
}

/** How many pixels the page is wider than its window. */
async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
