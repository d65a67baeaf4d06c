import { it } from 'vitest'

/**
 * Registers a test on the platform that it belongs to, and nothing on another one: there is nothing to skip.
 * The closing report names the tests that were left out this way; it finds them by this function's name, so
 * platform and title are literals.
 */
export function onlyOn(platform: NodeJS.Platform, title: string, test: () => void | Promise<void>): void {
  if (process.platform === platform) it(title, test)
}
