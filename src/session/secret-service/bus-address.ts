type Environment = Readonly<Record<string, string | undefined>>

/**
 * The sockets at which the session bus may listen, in the order in which to try them. Those of Linux's
 * abstract namespace begin with NUL. Empty where the environment names no bus, or only kinds that a keychain
 * is never behind (`tcp:`, `autolaunch:`, `disabled:`).
 *
 * Without an address it is where systemd puts the bus of a login. Nothing is ever launched.
 * @see D-Bus specification, Server Addresses
 */
export function sessionBusSockets(env: Environment): string[] {
  const addresses = env['DBUS_SESSION_BUS_ADDRESS']
  if (!addresses) return env['XDG_RUNTIME_DIR'] ? [`${env['XDG_RUNTIME_DIR']}/bus`] : []
  return addresses.split(';').flatMap((address) => {
    const [, parameters] = /^unix:(.*)$/.exec(address) ?? []
    const values = new Map(
      (parameters ?? '').split(',').map((pair) => {
        const [key = '', value = ''] = pair.split('=')
        return [key, unescapeValue(value)] as const
      }),
    )
    const abstract = values.get('abstract')
    const path = abstract === undefined ? values.get('path') : `\0${abstract}`
    return path === undefined ? [] : [path]
  })
}

/** Undoes the `%` escapes of an address, which stand for bytes. */
function unescapeValue(value: string): string {
  const bytes = value.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return value.includes('%') ? Buffer.from(bytes, 'latin1').toString() : value
}
