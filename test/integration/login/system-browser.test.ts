import { existsSync, readFileSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openSystemBrowser } from '../../../src/login/system-browser.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js'

let folder: TemporaryFolder

beforeEach(() => {
  folder = makeTemporaryFolder('browser')
  // Nothing that could make a real desktop answer instead of our browser.
  for (const name of [
    'DISPLAY',
    'WAYLAND_DISPLAY',
    'XDG_CURRENT_DESKTOP',
    'DESKTOP_SESSION',
    'KDE_FULL_SESSION',
  ]) {
    vi.stubEnv(name, '')
  }
})
afterEach(() => {
  vi.unstubAllEnvs()
  folder.remove()
})

/** Makes a shell script the browser of this process. */
function useBrowser(script: string): void {
  const path = join(folder.path, 'browser')
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o700 })
  vi.stubEnv('BROWSER', path)
}

/** Waits until a file is there with a line in it. */
function lineIn(path: string): Promise<string> {
  return new Promise((resolve) => {
    const look = () => {
      const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
      if (!text.endsWith('\n')) return
      watcher.close()
      resolve(text.trim())
    }
    const watcher = watch(folder.path, look)
    look()
  })
}

describe('the system browser', () => {
  it.each([
    'https://as.example/authorize?scope=openid%20profile&state=abc',
    'http://127.0.0.1:9000/auth/authorize?a=b',
    'https://as.example/$(touch%20pwned)/`id`?a=$(id)&b=;id&calc&c=|id',
    "https://as.example/?a='%22;id;'",
  ])('gets %s as one argument, untouched by any shell (97)', async (address) => {
    useBrowser(
      `printf '%s\\n' "$#" "$1" > "${folder.path}/got.part" && mv "${folder.path}/got.part" "${folder.path}/got"`,
    )
    const onFailure = vi.fn()
    await openSystemBrowser(new URL(address), onFailure)
    expect(await lineIn(join(folder.path, 'got'))).toBe(`1\n${new URL(address).href}`)
    expect(existsSync('pwned')).toBe(false)
    expect(onFailure).not.toHaveBeenCalled()
  })

  it.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://as.example/authorize',
    'ms-settings:',
    'vscode://x',
  ])('never gets %s (97)', async (address) => {
    useBrowser(`touch "${folder.path}/got"`)
    await expect(openSystemBrowser(new URL(address), () => {})).rejects.toThrow(/only https and loopback/)
    expect(existsSync(join(folder.path, 'got'))).toBe(false)
  })

  it('that ends badly is reported', async () => {
    useBrowser('exit 3')
    const reason = await new Promise<string>((resolve, reject) => {
      openSystemBrowser(new URL('https://as.example/'), resolve).catch(reject)
    })
    expect(reason).toMatch(/exit code/)
  })
})
