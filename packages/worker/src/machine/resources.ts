import { execFile } from 'node:child_process'
import { availableParallelism, totalmem } from 'node:os'
import { promisify } from 'node:util'

/** What a machine has for tasks. */
export interface Resources {
  /** Cores. */
  readonly cpu: number
  readonly ramGb: number
  /** Indices of GPUs, as CUDA_VISIBLE_DEVICES takes them. */
  readonly gpus: readonly string[]
}

const GB = 1e9
const NVIDIA_PATIENCE_MS = 10_000

/** What the machine has, where the configuration does not say. */
export async function resourcesOf(said: {
  cpu: number | undefined
  ramGb: number | undefined
  gpus: readonly string[] | undefined
}): Promise<Resources> {
  return {
    cpu: said.cpu ?? availableParallelism(),
    ramGb: said.ramGb ?? Math.max(1, Math.floor(totalmem() / GB)),
    gpus: said.gpus ?? (await nvidiaGpus()),
  }
}

/** Indices of NVIDIA's GPUs; none where the program that lists them is missing or fails. */
async function nvidiaGpus(): Promise<string[]> {
  try {
    const words = ['--query-gpu=index', '--format=csv,noheader']
    const { stdout } = await promisify(execFile)('nvidia-smi', words, { timeout: NVIDIA_PATIENCE_MS })
    return stdout.split('\n').flatMap((line) => /^\s*(\d+)\s*$/.exec(line)?.[1] ?? [])
  } catch {
    return []
  }
}
