/**
 * Whether a host, as it is listened on or stands in a URL, is this machine only. Names other than `localhost`
 * are not looked up: what they mean may change.
 */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}
