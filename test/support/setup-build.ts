import { buildIfStale } from './build.js'

/** Sees to it that `dist/` is what the sources say. */
export default function setup(): void {
  buildIfStale()
}
