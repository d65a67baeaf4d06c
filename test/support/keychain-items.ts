import { execFileSync } from 'node:child_process'
import { PROJECT_ROOT } from './project-root.js'

/**
 * Reads an item of a keychain in a process of its own: what any other program of this user would find.
 * @returns undefined when there is none
 */
export function readKeychainItem(
  env: Record<string, string>,
  account: string,
  service = 'authcli',
): string | undefined {
  const script = `
    const { default: keytar } = await import('keytar')
    const value = await keytar.getPassword(${JSON.stringify(service)}, ${JSON.stringify(account)})
    process.stdout.write(JSON.stringify(value))`
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  })
  const value: unknown = JSON.parse(text)
  return typeof value === 'string' ? value : undefined
}
