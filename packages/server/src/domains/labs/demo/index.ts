export { DemoInUse, removeDemo } from './remove.ts'
export { type DemoOptions, seedDemo } from './seed.ts'
