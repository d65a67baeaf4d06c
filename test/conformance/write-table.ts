import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../support/project-root.js'
import { writeTable } from './table.js'
import { readTestTitles } from './test-titles.js'

/** `npm run conformance`: writes into the table which tests hold each requirement. */
const readme = join(PROJECT_ROOT, 'test/conformance/README.md')
writeFileSync(readme, writeTable(readFileSync(readme, 'utf8'), readTestTitles()))
