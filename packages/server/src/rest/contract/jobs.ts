import { Task } from '@alyx/models'
import { column, columns, label, values } from '../../query/index.ts'
import { django, fieldFilters, labelled, text } from '../filters/index.ts'
import { byId, resource } from './resource.ts'
import { nullsOfWorkers, takeWorkerRecord } from './task-record.ts'

export const tasks = resource('/tasks', {
  model: Task,
  lookup: byId,
  order: ['level', '-priority', '-session.start_time'],
  views: ['Task List', 'Task Detail'],
  shape: {
    id: column('id'),
    parents: values('parents.id', { named: 'id' }),
    session: column('session', { required: true, named: 'id' }),
    data_repository: column('data_repository.name'),
    // A task that was stored without a status waits: shown so, instead of making every list fail.
    status: label('status', { otherwise: 'Waiting' }),
    ...columns(
      'name',
      'priority',
      'io_charge',
      'level',
      'gpu',
      'cpu',
      'ram',
      'time_out_secs',
      'time_elapsed_secs',
      'executable',
      'graph',
      'log',
      'version',
      'datetime',
      'arguments',
    ),
  },
  writes: { reset: { name: null, arguments: null }, nullIsAbsent: nullsOfWorkers, complete: takeWorkerRecord },
  filters: {
    ...fieldFilters(Task, { replace: { status: labelled(Task, 'status'), arguments: text('arguments') } }),
    django: django(),
    lab: text('session__lab__name'),
  },
})
