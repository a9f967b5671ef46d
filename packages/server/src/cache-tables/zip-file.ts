import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'

/** Parquet is compressed already; the fastest level finds most of what is left. */
const LEVEL = 1

/**
 * Packs files into an archive; large ones are read piece by piece.
 *
 * @param files their paths on this machine, by the names that they get
 */
export async function writeZip(path: string, files: ReadonlyMap<string, string>): Promise<void> {
  const zip = new ZipFile()
  // What goes wrong with one file is told here, not to the stream.
  const failed = new Promise<never>((_, reject) => zip.on('error', reject))
  for (const [name, file] of files) zip.addFile(file, name, { compressionLevel: LEVEL, mode: 0o100644 })
  zip.end()
  await Promise.race([pipeline(zip.outputStream, createWriteStream(path, { flags: 'wx', mode: 0o644 })), failed])
  const written = await open(path)
  await written.sync()
  await written.close()
}
