import { Option } from 'commander'
import { readCount } from './read-count.js'

const MAX_SECONDS = 86_400

/** `--min-ttl`: how long an access token that is given away has to be good. */
export function minimumLifeOption(): Option {
  return new Option(
    '--min-ttl <seconds>',
    'one that is good for so long at least, refreshed if need be',
  ).argParser(readCount(0, MAX_SECONDS))
}
