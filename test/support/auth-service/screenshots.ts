/**
 * Makes docs/pages: a picture of every page of the AuthService, errors included, in three widths, light and dark. Run
 * it with `npm run screenshots`.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startBrowser } from '../browser.js'
import { PROJECT_ROOT } from '../project-root.js'
import { smallPng } from '../small-png.js'
import { listenAuthService } from './listening-auth-service.js'
import { GALLERY, prepareGallery } from './page-gallery.js'

const WIDTHS = [320, 768, 1280]
const SCHEMES = ['light', 'dark'] as const

// The same picture every time: a reference is a new one for each request.
const settleReference = `for (const each of document.querySelectorAll('.notes .address'))
  each.textContent = each.textContent.replace(/[0-9a-f-]{36}/, '0b9a4f0e-7d15-4c52-9d0c-5f7a4e1d8c3b')`

const wanted = process.argv[2]
const folder = join(PROJECT_ROOT, 'docs', 'pages')
if (wanted === undefined) rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })

const browser = await startBrowser()
for (const { name, open } of GALLERY) {
  if (wanted !== undefined && !name.includes(wanted)) continue
  const service = await listenAuthService('http://127.0.0.1:9000')
  await prepareGallery(service)
  const page = await browser.newPage()
  await open(page, service)
  await page.evaluate(settleReference)
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      await page.setViewportSize({ width, height: width === 320 ? 640 : 800 })
      await page.emulateMedia({ colorScheme })
      const picture = await page.screenshot({ fullPage: true, animations: 'disabled' })
      writeFileSync(join(folder, `${name}-${width}-${colorScheme}.png`), smallPng(picture))
    }
  }
  await page.close()
  await service.close()
}
await browser.close()
