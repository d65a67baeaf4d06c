import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { OperatorError } from './operator-error.js'
import { createPrivateFile } from './private-file.js'

/**
 * The secret of `--dev`: made at the first start and kept beside the database.
 * @throws OperatorError when the file holds something else.
 */
export function devSecret(folder: string): Uint8Array {
  const path = join(folder, 'secret')
  const secret = Buffer.from(createPrivateFile(path, randomBytes(32).toString('base64')), 'base64')
  if (secret.length !== 32) throw new OperatorError(`${path} does not hold 32 bytes in base64`)
  return secret
}
