/** What an access token may look like, so that an `Authorization` header can carry it: RFC 6750 §2.1. */
export const BEARER_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/

/** What a refresh token may look like: printable ASCII (RFC 6749 Appendix A.17). No NUL, which would cut a keychain item. */
export const REFRESH_TOKEN = /^[\x20-\x7e]+$/
