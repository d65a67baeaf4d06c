import { constants, promises as fs } from 'node:fs'
import { join } from 'node:path'
import { pause } from './pause.js'
import type { LockNames } from './session-lock.js'

/** How often a name that is taken is asked for again: there is nothing to be woken by. */
const RETRY_MS = 50

/** What opens a file so that nobody else can, and what says that somebody else did. */
interface ExclusiveOpen {
  flags: number
  takenCodes: readonly string[]
}

/** Of fcntl.h on macOS; Node has no name for it. With it `open` takes an flock(2) that ends with the process. */
const O_EXLOCK = 0x20
/** Of libuv: on Windows it opens a file that nobody else can open meanwhile. */
const UV_FS_O_EXLOCK = 0x10000000

const { O_RDWR, O_CREAT, O_NONBLOCK } = constants

/** `open(2)` with `O_EXLOCK`. */
export const MACOS_OPEN: ExclusiveOpen = {
  flags: O_RDWR | O_CREAT | O_EXLOCK | (O_NONBLOCK ?? 0),
  takenCodes: ['EAGAIN', 'EWOULDBLOCK'],
}

/** `CreateFile` without sharing. */
export const WINDOWS_OPEN: ExclusiveOpen = {
  flags: O_RDWR | O_CREAT | UV_FS_O_EXLOCK,
  takenCodes: ['EBUSY', 'EPERM', 'EACCES'],
}

/**
 * Names of macOS and Windows: empty files in a folder of the user, each held by being open. The kernel closes
 * them when their process ends. The files stay, and mean nothing.
 * @param folder must not depend on the environment, or two processes would not meet
 */
export function createExclusiveFileNames(folder: string, how: ExclusiveOpen): LockNames {
  return {
    async take(name) {
      await fs.mkdir(folder, { recursive: true, mode: 0o700 })
      try {
        const file = await fs.open(join(folder, name), how.flags, 0o600)
        return { release: () => file.close() }
      } catch (error) {
        if (!isTaken(error, how)) throw error
        return {
          holder: {
            pid: () => undefined,
            gone: (signal) => pause(RETRY_MS, signal),
          },
        }
      }
    },
  }
}

function isTaken(error: unknown, how: ExclusiveOpen): boolean {
  return error instanceof Error && 'code' in error && how.takenCodes.includes(String(error.code))
}
