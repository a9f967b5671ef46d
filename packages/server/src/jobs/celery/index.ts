/**
 * Tasks that workers of Celery run, on machines that a broker of RabbitMQ reaches. PostgreSQL stays the only truth: the
 * broker carries messages, and everything works without it. Whoever runs the executor imports `executor.ts`, which loads
 * the library that speaks to the broker; everybody else asks the database.
 */
export { brokerView } from './broker-state.ts'
export { launchSteps } from './launch.ts'
export { askForDiscovery, listCeleryWorkers, listSteps } from './pipelines.ts'
export { noteWorkerRecord } from './worker-record.ts'
