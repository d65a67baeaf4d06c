import open from 'open'

type Environment = Readonly<Record<string, string | undefined>>

/** Whether there is a browser that a person would see: a display on Linux, and always elsewhere but over ssh. */
export function hasBrowser(platform: NodeJS.Platform, env: Environment): boolean {
  if (platform === 'linux') return Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'] || env['WSL_DISTRO_NAME'])
  return !env['SSH_CONNECTION']
}

/** Opens the person's browser. One that does not open is no failure: the address is on the screen. */
export async function openBrowser(url: string): Promise<void> {
  const launcher = await open(url).catch(() => undefined)
  launcher?.on('error', () => undefined)
}
