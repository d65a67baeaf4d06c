import { type Browser, chromium } from 'playwright-core'
import { chromiumPath } from './system-packages.js'

/**
 * Starts the system's Chromium without a window, with a profile of its own, and without the traffic that it
 * makes by itself. Close it when the test is over.
 */
export async function startBrowser(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) throw new Error('there is no Chromium: install the package chromium')
  return chromium.launch({
    executablePath,
    args: [
      // Chromium refuses its sandbox to root, which is who runs the tests in a container.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
