/** Environment variables that are authcli's alone: no program that it starts gets them. */
export const SECRET_VARIABLES = ['AUTHCLI_TOKEN', 'AUTHCLI_CLIENT_SECRET', 'AUTHCLI_STORE_KEY']

/** An environment for another program. */
export function withoutSecrets(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SECRET_VARIABLES.includes(name)))
}
