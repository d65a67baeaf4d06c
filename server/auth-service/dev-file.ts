import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { OperatorError } from './operator-error.js'
import { createPrivateFile, readIfThere, replacePrivateFile } from './private-file.js'
import { createClientSecret } from './tokens/client-secrets.js'

/**
 * What `auth-service --dev` and `backend-api --dev` tell each other: who the issuer is, who the resource is, and
 * with which credentials it asks about tokens.
 */
export interface DevFile {
  version: 1
  issuer: string
  resource: string
  clientId: string
  clientSecret: string
}

/**
 * Reads the file that both services share, makes it if this one starts first, and puts this service's own half –
 * its issuer – in order.
 * @throws OperatorError when the file holds something else.
 */
export function openDevFile(path: string, issuer: string): DevFile {
  const text = readIfThere(path) ?? createPrivateFile(path, format({ ...firstDevFile(), issuer }))
  const found = parse(text)
  if (found === undefined) {
    throw new OperatorError(`${path} is not a file of --dev`, { hint: `remove it: rm ${path}` })
  }
  if (found.issuer === issuer) return found
  const changed = { ...found, issuer }
  replacePrivateFile(path, format(changed))
  return changed
}

/** The file, if there is one that can be read. */
export function readDevFile(path: string): DevFile | undefined {
  return parse(readIfThere(path) ?? '')
}

/**
 * Calls back with the file whenever somebody, most likely the BackendAPI, has put another in its place, until it
 * is closed.
 */
export function watchDevFile(path: string, onChange: (file: DevFile) => void): { close(): void } {
  // The folder, because the file itself is replaced and not written to.
  return watch(dirname(path), (_event, name) => {
    if (name !== null && name !== basename(path)) return
    const file = readDevFile(path)
    if (file !== undefined) onChange(file)
  })
}

function firstDevFile(): Omit<DevFile, 'issuer'> {
  return {
    version: 1,
    resource: 'http://127.0.0.1:9001',
    clientId: 'backend-api',
    clientSecret: createClientSecret(),
  }
}

function parse(text: string): DevFile | undefined {
  try {
    const found: unknown = JSON.parse(text)
    return isDevFile(found) ? found : undefined
  } catch {
    return undefined
  }
}

function isDevFile(found: unknown): found is DevFile {
  if (typeof found !== 'object' || found === null) return false
  const { version, issuer, resource, clientId, clientSecret } = found as Record<string, unknown>
  const texts = [issuer, resource, clientId, clientSecret]
  return version === 1 && texts.every((text) => typeof text === 'string')
}

function format(file: DevFile): string {
  return `${JSON.stringify(file, null, 2)}\n`
}
