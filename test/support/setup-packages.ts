import {
  BROWSER_PACKAGES,
  ensureSystemPackages,
  KEYCHAIN_PACKAGES,
  SHELL_PACKAGES,
} from './system-packages.js'

/** Sees to it that what the tests need beside Node is there. */
export default async function setup(): Promise<void> {
  const say = (line: string) => process.stderr.write(`tests: ${line}\n`)
  const packages = [...KEYCHAIN_PACKAGES, ...BROWSER_PACKAGES, ...SHELL_PACKAGES]
  if (!(await ensureSystemPackages(packages, { say })))
    throw new Error('the tests need the packages named above')
}
