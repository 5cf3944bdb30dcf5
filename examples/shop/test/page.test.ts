// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Shop } from '../src/demo/shop.js';
import { fromSource } from './support.js';

const executablePath = process.env['CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => existsSync(p));
/** Where pictures go that are to be looked at; nowhere unless it is asked for. */
const pictures = process.env['SHOP_PICTURES'];
const PATIENCE = { timeout: 60_000, interval: 50 };

describe.skipIf(executablePath === undefined)('the page in a browser (skipped: chromium is not installed)', () => {
  let dir = '';
  let shop: Shop;
  let browser: Browser;
  const wrong: string[] = [];

  const open = async (width: number, height: number, colorScheme: 'light' | 'dark'): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
    page.on('console', (m) => {
      // What the browser itself says of an answer that is a refusal is no fault of the page.
      if (m.type() === 'error' && !/status of 4\d\d/.test(m.text())) wrong.push(m.text());
    });
    page.on('pageerror', (e) => wrong.push(e.message));
    page.on('request', (r) => {
      if (!r.url().startsWith(shop.url)) wrong.push(`asks for ${r.url()}`);
    });
    await page.goto(shop.url);
    await expect.poll(() => page.locator('#link').textContent(), PATIENCE).toBe('live');
    return page;
  };
  const text = (page: Page, selector: string): Promise<string | null> => page.locator(selector).first().textContent();
  const picture = async (page: Page, name: string, fullPage = false): Promise<void> => {
    const bytes = await page.screenshot({ fullPage });
    expect(bytes.length).toBeGreaterThan(10_000);
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    writeFileSync(join(pictures, `${name}.png`), bytes);
  };
  /** Nothing is wider than the window, but for what scrolls by itself. */
  const overflow = (page: Page): Promise<number> => page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'shop-test-'));
    [shop, browser] = await Promise.all([
      Shop.start({ dir, drills: true, execArgv: fromSource }),
      chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] }),
    ]);
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    await shop.stop();
    rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }, 60_000);

  test('shows buyers coming, stock going down, and a process that is killed and comes back', async () => {
    const page = await open(1360, 900, 'light');
    await expect.poll(() => page.locator('#processes tr').count(), PATIENCE).toBe(8);
    await expect.poll(() => page.locator('#stock .item').count(), PATIENCE).toBe(8);
    expect(await text(page, '#k-oversold')).toBe('0');
    await page.fill('#rate', '80');
    await page.fill('#seconds', '6');
    await page.click('#run');
    await expect.poll(async () => Number(((await text(page, '#k-confirmed')) ?? '0').replace(/\D/g, '')), PATIENCE).toBeGreaterThan(20);
    await expect.poll(() => page.locator('.topology .flow.on').count(), PATIENCE).toBe(5);
    await expect.poll(() => page.locator('#chart-rate rect').count(), PATIENCE).toBeGreaterThan(2);
    await picture(page, 'load-light');
    await page.getByRole('button', { name: 'Kill inventory-1' }).click();
    await expect.poll(() => page.locator('#events').textContent(), PATIENCE).toContain('inventory-1 is killed');
    await expect.poll(() => page.locator('#events').textContent(), PATIENCE).toContain('inventory-1 is back');
    await expect.poll(() => text(page, '#load-hint'), PATIENCE).toBe('480 answered');
    await expect.poll(() => text(page, '#open-hint'), PATIENCE).toBe('nothing under way');
    await expect.poll(() => text(page, '#verdict'), PATIENCE).toBe('audit: 9 of 9 well');
    expect(await text(page, '#k-oversold')).toBe('0');
    const left = (await page.locator('[data-sku=kite] .what span').textContent())!;
    expect(left).toMatch(/^\d+ of 900 left · 19\.90 EUR$/);
    await page.close();
  }, 180_000);

  test('sells to who looks at it, and shows the way of that order', async () => {
    const page = await open(1360, 900, 'dark');
    await page.getByRole('button', { name: 'Buy one Steel bottle' }).click();
    await expect.poll(() => text(page, '#toast'), PATIENCE).toMatch(/^Steel bottle: confirmed after/);
    const mine = page.locator('#orders details', { hasText: '1 × bottle · you' }).first();
    await expect.poll(() => mine.count(), PATIENCE).toBe(1);
    await mine.locator('summary').click();
    await expect.poll(() => mine.locator('.span').count(), PATIENCE).toBe(11);
    expect(await mine.locator('.span .who').allTextContents()).toEqual(expect.arrayContaining([expect.stringMatching(/^→ Reserve order-[12]$/), expect.stringMatching(/^Reserve inventory-[12]$/), 'Authorize payment']));
    await picture(page, 'order-dark', true);
    await page.close();
  }, 120_000);

  test('is usable on a phone and with the keyboard, and has one theme or the other', async () => {
    const page = await open(360, 740, 'light');
    await expect.poll(() => page.locator('#processes tr').count(), PATIENCE).toBe(8);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await picture(page, 'phone', true);
    const background = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await background();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(background, PATIENCE).not.toBe(light);
    expect(await page.evaluate('document.activeElement.id')).toBe('theme');
    await page.close();
  }, 120_000);

  test('finds its gateway again', async () => {
    const page = await open(1000, 800, 'light');
    shop.kill('gateway');
    await expect.poll(() => text(page, '#link'), PATIENCE).toContain('away');
    await expect.poll(() => text(page, '#link'), PATIENCE).toBe('live');
    await expect.poll(() => page.locator('#events').textContent(), PATIENCE).toContain('gateway is back');
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.close();
  }, 120_000);

  test('says nothing to the console, and asks nobody else for anything', () => {
    // While the gateway was away, the browser said so.
    expect(wrong.filter((w) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/.test(w))).toEqual([]);
  });
});
