import { expect } from 'vitest'
import type { OpenBrowser } from '../../../src/login/system-browser.js'
import { type Home, type Run, type RunOptions, runAuthcli } from './run-authcli.js'

export const TERMINAL = { columns: 100 }

/** A browser that goes where it is sent, and shows what it ends at to whoever asks. */
export interface ObedientBrowser {
  openBrowser: OpenBrowser
  opened: URL[]
  /** The text of the page that each visit ended at. */
  pages(): Promise<string[]>
}

export function obedientBrowser(): ObedientBrowser {
  const opened: URL[] = []
  const visits: Promise<string>[] = []
  return {
    opened,
    pages: () => Promise.all(visits),
    async openBrowser(url) {
      opened.push(url)
      visits.push(fetch(url).then((response) => response.text()))
    },
  }
}

/** Logs in on a terminal, with a browser that goes where it is sent. */
export async function logIn(
  home: Home,
  api: string,
  args: string[] = [],
  options: RunOptions = {},
): Promise<Run> {
  const { openBrowser } = obedientBrowser()
  const edges = { openBrowser, ...options.edges }
  const run = await runAuthcli(home, ['login', '--api', api, ...args], {
    terminal: TERMINAL,
    ...options,
    edges,
  })
  expect(run).toMatchObject({ exitCode: 0 })
  return run
}
