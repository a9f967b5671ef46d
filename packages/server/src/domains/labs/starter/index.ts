export { loadStarterData, type StarterProgress } from './load.ts'
