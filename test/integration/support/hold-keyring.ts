import { startKeyring } from '../../support/keyring.js'

/** Starts a keychain, says where it is, and never stops it. */
const { env } = await startKeyring()
process.stdout.write(`${env.DBUS_SESSION_BUS_ADDRESS}\n`)
process.stdin.resume()
