// End-to-end tests: the real binary, a real browser, no mocks of the network.
//
// Each test starts its own server on an empty data folder (e2e/support/fixtures.ts). CHROMIUM names the browser,
// COWORK_BIN the binary (../target/release/cowork unless told).
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // One set for all systems: e2e/looks.spec.ts says what may differ.
  snapshotPathTemplate: 'e2e/looks/{arg}{ext}',
  workers: 1,
  // Ten times what they take on two idle cores: a loaded machine is no fault of the page.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: {
    headless: true,
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-dev-shm-usage',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
