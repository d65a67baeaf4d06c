/** What to do where the keychain is not to be had. */
export const OTHER_STORES =
  'use `--store file` with a key in AUTHCLI_STORE_KEY, or `--store file --insecure-plaintext`, or give a token in AUTHCLI_TOKEN'
