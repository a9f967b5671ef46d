export { DemoInUse, removeDemo } from './remove.ts'
export { seedDemo } from './seed.ts'
