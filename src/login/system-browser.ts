import { isHttpsOrLoopback } from '../discovery/https-or-loopback.js'

/**
 * Opens a URL in the person's own browser. Resolves as soon as a launcher runs; when the launcher ends
 * badly later, `onFailure` is told why. Rejects when none could be started.
 */
export type OpenBrowser = (url: URL, onFailure: (reason: string) => void) => Promise<void>

/**
 * Opens `https` and loopback URLs in the system's browser, and nothing else: a server's metadata decides
 * what stands in the URL, so it is passed as one argument, without a shell.
 * @throws Error when the URL may not be opened, or no launcher could be started.
 * @see OAuth 2.1 §8.3, RFC 8252 §8.12
 */
export const openSystemBrowser: OpenBrowser = async (url, onFailure) => {
  if (!isHttpsOrLoopback(url)) throw new Error('only https and loopback addresses are opened')
  const { default: open } = await import('open')
  const launcher = await open(url.href).catch((cause: unknown) => {
    throw new Error(isMissing(cause) ? 'there is no program to open one with' : 'its launcher failed', {
      cause,
    })
  })
  launcher.once('error', () => onFailure('its launcher failed'))
  launcher.once('exit', (exitCode) => {
    if (exitCode !== 0 && exitCode !== null) onFailure(`its launcher ended with exit code ${exitCode}`)
  })
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
