import { once } from 'node:events'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** Stands where a desktop has its browser. */
export interface BrowserStandIn {
  /** To be put in front of PATH. */
  folder: string
  /** Resolves with the address that a program asked the desktop to open. */
  url: Promise<string>
  stop(): void
}

/**
 * Makes a folder with an `xdg-open` that hands the address over to the test, which opens it in a browser that it
 * can drive.
 */
export async function standInForBrowser(parent: string): Promise<BrowserStandIn> {
  const folder = join(parent, 'desktop')
  const socket = join(folder, 'handed-over')
  mkdirSync(folder)
  let resolve: (url: string) => void
  const url = new Promise<string>((settle) => {
    resolve = settle
  })
  const server = createServer(async (connection) => {
    let text = ''
    for await (const chunk of connection.setEncoding('utf8')) text += chunk
    resolve(text)
  }).listen(socket)
  await once(server, 'listening')
  const path = join(folder, 'xdg-open')
  const handOver = `require('node:net').connect(${JSON.stringify(socket)}).end(process.argv[2])`
  writeFileSync(path, `#!${process.execPath}\n${handOver}\n`)
  chmodSync(path, 0o755)
  return { folder, url, stop: () => server.close() }
}
