import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listenAuthService } from '../../support/auth-service/listening-auth-service.js'
import { GALLERY, prepareGallery } from '../../support/auth-service/page-gallery.js'
import { startBrowser } from '../../support/browser.js'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

describe.each(GALLERY)('the page $name', ({ open }) => {
  it('has nothing that axe finds, light and dark, and never scrolls sideways', async () => {
    const service = await listenAuthService()
    await prepareGallery(service)
    const page = await browser.newPage({ reducedMotion: 'reduce' })
    try {
      await open(page, service)
      await page.evaluate(PLAIN_PANEL)
      await page.evaluate(axe.source)
      for (const width of [320, 1280]) {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.setViewportSize({ width, height: 800 })
          await page.emulateMedia({ colorScheme })
          expect(await complaints(page), `${width} px, ${colorScheme}`).toEqual([])
        }
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      }
    } finally {
      await page.close()
      await service.close()
    }
  })
})

/** What axe finds wrong, and where it could not tell whether text stands out from what is behind it. */
async function complaints(page: Page): Promise<string[]> {
  const results = (await page.evaluate('axe.run(document)')) as axe.AxeResults
  const undecided = results.incomplete.filter(({ id }) => id === 'color-contrast')
  return [...results.violations, ...undecided].flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  )
}

/** axe can't look through the rings of the panel, nor at what a pseudo-element paints: here it is plain colour. */
const PLAIN_PANEL = `for (const rule of [
  ':root { --rings: none !important }',
  '.sheet::before { display: none !important }',
  '.sheet .about, .sheet .notes { background-color: inherit }',
  '@media (min-width: 46rem) { .sheet .about, .sheet .notes { background-color: var(--panel) } }',
  '@media not (min-width: 46rem) { .sheet .about { background-color: var(--panel) } }',
]) document.styleSheets[0].insertRule(rule, document.styleSheets[0].cssRules.length)`
