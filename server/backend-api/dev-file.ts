import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { StartError } from './errors.js'

/**
 * What `auth-service --dev` and `backend-api --dev` tell each other: where they are, and the credentials with
 * which the second asks the first. Whoever starts first writes it; each keeps its own half true.
 */
export interface DevFile {
  version: 1
  issuer: string
  resource: string
  clientId: string
  clientSecret: string
}

const DEFAULT_ISSUER = 'http://127.0.0.1:9000'
const SECRET_BYTES = 32

const Document = Compile(
  Type.Object({
    version: Type.Literal(1),
    issuer: Type.String(),
    resource: Type.String(),
    clientId: Type.String({ minLength: 1 }),
    clientSecret: Type.String({ minLength: 1 }),
  }),
)

/**
 * Reads the shared file, or makes it; either way its `resource` is ours afterwards. Readable by its owner only,
 * and whole at every instant.
 * @throws StartError when it can't be read or written, or is something else.
 */
export async function shareDevFile(path: string, resource: string): Promise<DevFile> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const shared = (await read(path)) ?? (await create(path, resource))
    if (shared.resource === resource) return shared
    const updated = { ...shared, resource }
    await rename(await writeBeside(path, updated), path)
    return updated
  } catch (error) {
    throw new StartError(`the shared file ${path} can't be used: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

async function read(path: string): Promise<DevFile | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const document: unknown = JSON.parse(text)
  if (!Document.Check(document)) throw new Error('it is not what the two programs share')
  return document
}

/** Whoever links first has made it; the other one reads what that was. */
async function create(path: string, resource: string): Promise<DevFile> {
  const made: DevFile = {
    version: 1,
    issuer: DEFAULT_ISSUER,
    resource,
    clientId: 'backend-api',
    clientSecret: randomBytes(SECRET_BYTES).toString('base64url'),
  }
  const temporary = await writeBeside(path, made)
  try {
    await link(temporary, path)
    return made
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const theirs = await read(path)
    if (!theirs) throw error
    return theirs
  } finally {
    await rm(temporary, { force: true })
  }
}

async function writeBeside(path: string, content: DevFile): Promise<string> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(content)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  return temporary
}
