import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { all } from '@alyx/models'
import { settingsTable } from '../config.ts'
import { GENERATED_DOCUMENT_PATH, generatedDocument } from '../rest/schema-document/index.ts'
import { baselineMigration, createStatements, dataDictionary, expectedSchema } from '../schema/index.ts'

/** A file that is derived, and committed so that its changes are seen in review. */
interface GeneratedFile {
  /** From the root of the project. */
  readonly path: string
  content(): string | Promise<string>
}

const generatedFiles: readonly GeneratedFile[] = [
  // To be taken out of this list on the day a model has more than Alyx 3.6.1 had: history does not change afterwards.
  { path: 'packages/server/src/migrations/0001_alyx_3.6.1.sql', content: () => baselineMigration(all) },
  { path: 'docs/schema.sql', content: () => `${schemaHeading}\n${createStatements(expectedSchema(all))}` },
  { path: 'docs/data-dictionary.md', content: () => dataDictionary(all) },
  { path: 'docs/settings.md', content: () => settingsTable() },
  { path: GENERATED_DOCUMENT_PATH, content: generatedDocument },
]

const schemaHeading =
  '-- The tables that the declarations stand for. Written by `npm run generate`; read it, change the declarations.\n'

const root = new URL('../../../../', import.meta.url)

/** @returns the paths whose content on disk is not what it should be */
async function outdated(): Promise<{ readonly file: GeneratedFile; readonly content: string }[]> {
  const found = []
  for (const file of generatedFiles) {
    const content = await file.content()
    const there = await readFile(new URL(file.path, root), 'utf8').catch(() => undefined)
    if (there !== content) found.push({ file, content })
  }
  return found
}

async function write(path: string, content: string): Promise<void> {
  const target = fileURLToPath(new URL(path, root))
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, content)
}

const changed = await outdated()
const check = process.argv.includes('--check')
for (const { file, content } of changed) {
  if (check) process.stderr.write(`${file.path} is not what the declarations say: run npm run generate\n`)
  else {
    await write(file.path, content)
    process.stdout.write(`wrote ${file.path}\n`)
  }
}
if (check && changed.length > 0) process.exitCode = 1
