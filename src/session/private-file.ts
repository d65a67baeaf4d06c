import { constants, promises as fs } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Whose files they are. Owner and mode count only where the system has them. */
export interface FileOwner {
  platform: NodeJS.Platform
  uid: number | string
}

/** A file or its folder is not as private as a secret needs it. `problem` follows the words "the file …". */
export class NotPrivate extends Error {
  readonly problem: string
  /** What mends it, where something does. */
  readonly hint: string | undefined

  constructor(problem: string, hint?: string) {
    super(problem)
    this.problem = problem
    this.hint = hint
  }
}

/** The file is larger than anything that would have been written to it. */
export class TooLarge extends Error {
  /** The first characters of it. */
  readonly start: string

  constructor(start: string) {
    super()
    this.start = start
  }
}

/** How much is read of a file that is too large. */
const START_BYTES = 64

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL } = constants
/** Absent on Windows. */
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0
const O_NONBLOCK = constants.O_NONBLOCK ?? 0

/** Permissions of group and others. */
const OTHERS = 0o077
const OTHERS_MAY_WRITE = 0o022
const PERMISSIONS = 0o777

/** A temporary file this old was left by a process that was killed: a write takes milliseconds. */
const ABANDONED_AFTER_MS = 60_000

/**
 * Reads a file that only its owner can read or change.
 * @returns undefined when there is none
 * @throws NotPrivate for another owner, permissions for others, a symbolic link, or anything but a file;
 * TooLarge; what the system throws.
 */
export async function readPrivateFile(
  path: string,
  owner: FileOwner,
  maxBytes: number,
): Promise<string | undefined> {
  // Not waiting: somebody may have put a pipe there.
  const file = await fs.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    if (codeOf(error) === 'ELOOP') throw new NotPrivate('is a symbolic link')
    throw error
  })
  if (file === undefined) return undefined
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw new NotPrivate('is not a regular file')
    checkOwner({ uid: stats.uid, mode: stats.mode, path }, owner, OTHERS)
    if (stats.size > maxBytes) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(START_BYTES))
      throw new TooLarge(buffer.toString('latin1', 0, bytesRead))
    }
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/**
 * Writes a file that only its owner can read or change, whole or not at all: under a temporary name, synced,
 * renamed, and the folder synced. Makes the folder, private too, where it is missing.
 * @param now epoch milliseconds, to tell what a killed process left
 * @throws NotPrivate when others can change the folder, or a symbolic link has the file's name; what the
 * system throws.
 */
export async function writePrivateFile(
  path: string,
  text: string,
  owner: FileOwner,
  now: number,
): Promise<void> {
  await privateFolder(path, owner)
  await removeAbandoned(path, now)
  const temporary = temporaryName(path)
  try {
    const file = await createPrivateFile(temporary)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await fs.rename(temporary, path)
  } catch (error) {
    await fs.rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path), owner)
}

/**
 * Sees to it that a private file could be written: makes its folder, looks whether anything stands in the
 * way, and tries whether the folder takes a file. Leaves none there.
 * @throws like `writePrivateFile`
 */
export async function preparePrivateFile(path: string, owner: FileOwner): Promise<void> {
  await privateFolder(path, owner)
  const temporary = temporaryName(path)
  await (await createPrivateFile(temporary)).close()
  await fs.rm(temporary)
}

async function privateFolder(path: string, owner: FileOwner): Promise<void> {
  const folder = dirname(path)
  await fs.mkdir(folder, { recursive: true, mode: 0o700 })
  const { uid, mode } = await fs.stat(folder)
  checkOwner({ uid, mode, path: folder }, owner, OTHERS_MAY_WRITE, "'s folder ")
  const there = await fs.lstat(path).catch(() => undefined)
  if (there !== undefined && !there.isFile()) throw new NotPrivate('is not a regular file')
}

/** Removes a file, and what a killed process left of writing it. */
export async function removePrivateFile(path: string, owner: FileOwner, now: number): Promise<void> {
  await fs.rm(path, { force: true })
  await removeAbandoned(path, now)
  await syncFolder(dirname(path), owner).catch(() => undefined)
}

/**
 * Gives a private file another name in its folder, in place of what has that name.
 * @throws what the system throws.
 */
export async function renamePrivateFile(path: string, newPath: string, owner: FileOwner): Promise<void> {
  await fs.chmod(path, 0o600)
  await fs.rename(path, newPath)
  await syncFolder(dirname(path), owner)
}

function temporaryName(path: string): string {
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex')
  return join(dirname(path), `.${basename(path)}.${random}.tmp`)
}

function createPrivateFile(path: string): Promise<fs.FileHandle> {
  return fs.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
}

function checkOwner(
  found: { uid: number; mode: number; path: string },
  owner: FileOwner,
  forbidden: number,
  subject = '',
): void {
  if (owner.platform === 'win32') return
  if (found.uid !== owner.uid) throw new NotPrivate(`${subject}belongs to another user`)
  if ((found.mode & forbidden) === 0) return
  const permissions = (found.mode & PERMISSIONS).toString(8)
  throw new NotPrivate(
    `${subject}is open to others (mode ${permissions})`,
    `run \`chmod go-rwx ${found.path}\`, and log in again if somebody else may have seen it`,
  )
}

async function removeAbandoned(path: string, now: number): Promise<void> {
  const folder = dirname(path)
  const names = await fs.readdir(folder).catch(() => [])
  for (const name of names) {
    if (!name.startsWith(`.${basename(path)}.`) || !name.endsWith('.tmp')) continue
    const left = join(folder, name)
    const changedAt = (await fs.lstat(left).catch(() => undefined))?.mtimeMs
    if (changedAt !== undefined && changedAt < now - ABANDONED_AFTER_MS) await fs.rm(left, { force: true })
  }
}

/** Without it a crash of the machine could undo the rename. Windows can't open a folder. */
async function syncFolder(folder: string, owner: FileOwner): Promise<void> {
  if (owner.platform === 'win32') return
  const handle = await fs.open(folder, O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
