"""A lab server of IBL: it registers what the rigs have sent, plans tasks, claims and runs them, and registers results."""
from collections import OrderedDict
from importlib.metadata import version
from pathlib import Path

import ibllib_parts  # before ibllib
from bpod_session import VERSION, write_session
from checks import check, finish, refused, same, same_members
from ibllib.oneibl.registration import IBLRegistrationClient, register_dataset, register_session_raw_data
from ibllib.pipes import local_server
from ibllib.pipes.tasks import Pipeline, run_alyx_task
from ibllib.plots.snapshot import Snapshot
from ibllib.qc.base import QC
from pipeline_tasks import Broken, Copied, Last, Looked, Sorted
from stage import database, dataset_rows, file_rows, folder, one_client, place, username

here = place()
one = one_client()
alyx = one.alyx
ibllib_parts.quiet()
print(f'ibllib {version("ibllib")}, its recording half')

# What tells a lab server which endpoint of Globus it is.
settings = Path.home() / '.globusonline' / 'lta'
settings.mkdir(parents=True)
(settings / 'client-id.txt').write_text(here.endpoint)

SUBJECT = 'ibllib-01'
root = folder / here.lab / 'Subjects'
session_path = root / SUBJECT / '2026-03-06' / '001'
alyx.rest('subjects', 'create', data=dict(
    nickname=SUBJECT, lab=here.lab, responsible_user=username, sex='F', projects=here.projects))
known = {}


def session_row():
    return database.row("""
        select s.*, l.name::text as lab, o.name::text as rig,
          array(select u.username::text from actions_session_users m join misc_labmember u on u.id = m.labmember_id where m.session_id = s.id) as users,
          array(select p.name::text from actions_session_projects m join subjects_project p on p.id = m.project_id where m.session_id = s.id order by 1) as projects,
          array(select p.name::text from actions_session_procedures m join actions_proceduretype p on p.id = m.proceduretype_id where m.session_id = s.id) as procedures
        from actions_session s join misc_lab l on l.id = s.lab_id left join misc_lablocation o on o.id = s.location_id where s.id = %s""", known['eid'])


def naive(moment):
    return moment.replace(tzinfo=None).isoformat()


# Sessions of a rig -------------------------------------------------------------------------------------------------
def registers_a_session():
    write_session(session_path, subject=SUBJECT, user=username, rig=here.location, started='2026-03-06T10:20:30.456789',
                  ended='2026-03-06T11:00:00.000000', trials=5, correct=3, water_ul=750.0, SUBJECT_WEIGHT=23.456, POOP_COUNT=7,
                  SESSION_DELAY_START=900)
    (session_path / 'narrative.txt').write_text('Turned the wheel from the first minute.')
    session, records = IBLRegistrationClient(one).register_session(
        session_path, procedures=['Behavior training/tasks'], file_list=True)
    known['eid'] = session['id']
    row = session_row()
    same((naive(row['start_time']), naive(row['end_time']), row['number']), ('2026-03-06T10:20:30.456789', '2026-03-06T11:00:00', 1))
    same((row['lab'], row['rig'], row['users'], row['projects'], row['procedures']),
         (here.lab, here.location, [username], sorted(here.projects), ['Behavior training/tasks']))
    same((row['n_trials'], row['n_correct_trials'], row['task_protocol'], row['type'], row['narrative']),
         (5, 3, f'_iblrig_tasks_trainingChoiceWorld{VERSION}', 'Experiment', 'Turned the wheel from the first minute.'))
    same(row['json'], {'IS_MOCK': False, 'IBLRIG_VERSION': VERSION, 'POOP_COUNT': 7, 'SESSION_DELAY_START': 900})
    same_members(dataset_rows(known['eid']), ['raw_behavior_data/_iblrig_taskData.raw.jsonable', 'raw_behavior_data/_iblrig_taskSettings.raw.json'])
    same({row['version'] for row in dataset_rows(known['eid']).values()}, {version('ibllib')})
    same(len(records), 2)


def registered_weight_and_water():
    same(database.rows("""select w.weight, u.username::text as who from actions_weighing w join subjects_subject s on s.id = w.subject_id
        join misc_labmember u on u.id = w.user_id where s.nickname = %s""", SUBJECT), [{'weight': 23.46, 'who': username}])
    same(database.rows("""select w.water_administered, t.name::text as type, w.date_time::text as at from actions_wateradministration w
        join actions_watertype t on t.id = w.water_type_id where w.session_id = %s""", known['eid']),
         [{'water_administered': 0.75, 'type': 'Water', 'at': '2026-03-06 11:00:00+00'}])


def registers_it_again():
    write_session(session_path, subject=SUBJECT, user=username, rig=here.location, started='2026-03-06T10:20:30.456789',
                  ended='2026-03-06T11:30:00.000000', trials=8, correct=6, water_ul=750.0, SUBJECT_WEIGHT=23.456, POOP_COUNT=9)
    session, _ = IBLRegistrationClient(one).register_session(session_path, file_list=False)
    same(session['id'], known['eid'])
    row = session_row()
    same((row['n_trials'], row['n_correct_trials'], naive(row['end_time'])), (8, 6, '2026-03-06T11:30:00'))
    same((row['json']['POOP_COUNT'], row['json']['SESSION_DELAY_START'], session['json']), (9, 900, row['json']))
    same(database.count('actions_session s join subjects_subject u on u.id = s.subject_id', 'u.nickname = %s', SUBJECT), 1)
    same(database.count('actions_wateradministration', 'session_id = %s', known['eid']), 1)


def registers_raw_data():
    (session_path / 'raw_ephys_data' / 'probe00').mkdir(parents=True)
    (session_path / 'raw_ephys_data' / 'probe00' / '_spikeglx_ephysData_g0_t0.imec0.ap.cbin').write_text('volts')
    files, records = register_session_raw_data(session_path, one=one)
    # Among them those of the task: no copy of them is anywhere yet.
    assert 'raw_ephys_data/probe00/_spikeglx_ephysData_g0_t0.imec0.ap.cbin' in [f.relative_to(session_path).as_posix() for f in files]
    row = dataset_rows(known['eid'])['raw_ephys_data/probe00/_spikeglx_ephysData_g0_t0.imec0.ap.cbin']
    same((row['dataset_type'], row['file_size'], {copy['exists'] for copy in file_rows(row['id']).values()}), ('ephysData.raw.ap', 5, {False}))
    same_members([name for name in file_rows(row['id'])], [name for name in here.repositories if not personal(name) or name == here.on_rig])


def personal(name):
    return database.value('select globus_is_personal from data_datarepository where name = %s', name)


def creates_jobs():
    path = root / SUBJECT / '2026-03-07' / '001'
    write_session(path, subject=SUBJECT, user=username, rig=here.location, started='2026-03-07T10:00:00', ended='2026-03-07T10:30:00',
                  trials=4, correct=2, water_ul=100.0)
    (path / 'raw_session.flag').touch()
    (pipe,), _ = local_server.job_creator(root, one=one)
    same((path / 'raw_session.flag').exists(), False)
    rows = database.rows('select name::text, status, graph::text, executable::text, level from jobs_task where session_id = %s', pipe.eid)
    same_members([row['name'] for row in rows], [spec.name for spec in pipe.task_specs()])
    same(({row['status'] for row in rows}, len({row['graph'] for row in rows})), ({20}, 1))
    assert rows, 'no tasks'
    # What follows is about tasks that run anywhere.
    for task in alyx.rest('tasks', 'list', session=str(pipe.eid), no_cache=True):
        alyx.rest('tasks', 'partial_update', id=task['id'], data={'status': 'Abandoned'})
    same(set(database.column('select status from jobs_task where session_id = %s', pipe.eid)), {45})


check('registers a session with its raw files', registers_a_session)
check('with it the weight, and the water of the task', registered_weight_and_water)
check('registers it again after more trials', registers_it_again)
check('registers raw data that are still on the rig', registers_raw_data)
check('creates the tasks of a session that is flagged', creates_jobs)


# Tasks -------------------------------------------------------------------------------------------------------------
class Recording(Pipeline):
    """Copied before Sorted before Looked; Broken before Last."""

    def __init__(self, **kwargs):
        super().__init__(session_path=session_path, one=one, eid=known['eid'], **kwargs)
        copied = Copied(session_path, one=one)
        sorted_ = Sorted(session_path, one=one, parents=[copied], pname='probe00')
        broken = Broken(session_path, one=one, pname='probe01')
        self.tasks = OrderedDict(
            Copied=copied, Sorted=sorted_, Looked=Looked(session_path, one=one, parents=[copied, sorted_]),
            Broken=broken, Last=Last(session_path, one=one, parents=[broken], pname='probe01'))


STATUS = {20: 'Waiting', 25: 'Held', 30: 'Started', 40: 'Errored', 45: 'Abandoned', 50: 'Empty', 55: 'Incomplete', 60: 'Complete'}


def tasks():
    return {row['name']: row for row in database.rows("""
        select t.*, t.name::text as name, r.name::text as repository,
          array(select p.name::text from jobs_task_parents m join jobs_task p on p.id = m.to_task_id where m.from_task_id = t.id order by 1) as parents
        from jobs_task t left join data_datarepository r on r.id = t.data_repository_id where t.session_id = %s and t.graph = 'Recording'""", known['eid'])}


def statuses():
    return {name: STATUS[row['status']] for name, row in tasks().items()}


def creates_tasks():
    created = Recording().create_alyx_tasks()
    rows = tasks()
    same_members([row['id'] for row in created], [row['id'] for row in rows.values()])
    same({name: row['parents'] for name, row in rows.items()},
         {'Copied': [], 'Sorted': ['Copied'], 'Looked': ['Copied', 'Sorted'], 'Broken': [], 'Last': ['Broken']})
    same({name: row['level'] for name, row in rows.items()}, {'Copied': 0, 'Sorted': 1, 'Looked': 2, 'Broken': 0, 'Last': 1})
    one_row = rows['Sorted']
    same((one_row['arguments'], one_row['executable'], one_row['priority'], one_row['cpu'], one_row['ram'], one_row['io_charge'], one_row['log'], one_row['repository']),
         ({'pname': 'probe00'}, 'pipeline_tasks.Sorted', 60, 2, 4, 5, None, here.on_rig))
    same(set(statuses().values()), {'Waiting'})


def creates_them_once():
    before = tasks()
    again = Recording().create_alyx_tasks()
    same_members([row['id'] for row in again], [row['id'] for row in before.values()])
    same(tasks(), before)


def queue(**kwargs):
    return [task['name'] for task in local_server.task_queue(alyx=alyx, **kwargs) if task['graph'] == 'Recording']


def holds_children():
    """The runner comes to a task whose parents have not run, and lays it aside."""
    (task,) = alyx.rest('tasks', 'list', session=known['eid'], name='Sorted', no_cache=True)
    run_alyx_task(tdict=task, session_path=session_path, one=one)
    same(statuses()['Sorted'], 'Held')


def runs_the_first():
    waiting = [task for task in local_server.task_queue(alyx=alyx) if task['name'] == 'Copied']
    datasets = local_server.tasks_runner(root, waiting, one=one)
    row = tasks()['Copied']
    same((STATUS[row['status']], row['version'], statuses()['Sorted']), ('Complete', version('ibllib'), 'Waiting'))
    assert 0 <= row['time_elapsed_secs'] < 60, row['time_elapsed_secs']
    assert 'Starting job' in row['log'], row['log'][:200]
    (record,) = datasets
    wheel = dataset_rows(known['eid'])['alf/_ibl_wheel.position.npy']
    same((record['id'], wheel['file_size'], wheel['version']), (str(wheel['id']), 5, version('ibllib')))
    assert here.on_rig in file_rows(wheel['id']), 'no record of the lab server'


def runs_the_rest():
    waiting = [task for task in local_server.task_queue(alyx=alyx) if task['graph'] == 'Recording']
    same([task['name'] for task in waiting], ['Sorted', 'Looked', 'Broken', 'Last'])
    local_server.tasks_runner(root, waiting, one=one, count=10)
    same(statuses(), {'Copied': 'Complete', 'Sorted': 'Complete', 'Looked': 'Empty', 'Broken': 'Errored', 'Last': 'Held'})
    assert 'the probe was not plugged in' in tasks()['Broken']['log']
    same({'alf/probe00/spikes.times.npy', 'alf/probe00/spikes.clusters.npy'} <= set(dataset_rows(known['eid'])), True)


def long_logs():
    (task,) = alyx.rest('tasks', 'list', session=known['eid'], name='Broken', no_cache=True)
    log = 'Zeile mit Umlaut: ä\n' * 30_000
    alyx.rest('tasks', 'partial_update', id=task['id'], data={'status': 'Errored', 'log': log, 'version': '4.1.0', 'time_elapsed_secs': 12.25})
    row = tasks()['Broken']
    same((row['log'] == log.strip(), row['version'], row['time_elapsed_secs'], STATUS[row['status']]), (True, '4.1.0', 12.25, 'Errored'))
    same([found['id'] for found in alyx.rest('tasks', 'list', django='log__icontains,Umlaut: ä', session=known['eid'], no_cache=True)], [task['id']])


def starts_again():
    before = {row['name']: row['id'] for row in tasks().values()}
    Recording().create_alyx_tasks(rerun__status__in='__all__')
    same(({name: row['id'] for name, row in tasks().items()}, set(statuses().values())), (before, {'Waiting'}))


check('creates the tasks of a pipeline, parents first', creates_tasks)
check('creates them once', creates_them_once)
check('finds waiting tasks of the labs of its endpoint', lambda: same_members(queue(), ['Copied', 'Sorted', 'Looked', 'Broken', 'Last']))
check('finds waiting tasks of a lab that it is told', lambda: same_members(queue(lab=here.lab), ['Copied', 'Sorted', 'Looked', 'Broken', 'Last']))
check('finds no tasks of another lab', lambda: same(queue(lab='elsewhere'), []))
check('holds a task whose parents have not run', holds_children)
check('claims a task, runs it, registers its files and lets its child wait', runs_the_first)
check('runs the others: complete, empty, errored, held', runs_the_rest)
check('keeps half a megabyte of a log', long_logs)
check('starts all tasks again', starts_again)


# Protection, quality, figures, health ------------------------------------------------------------------------------
def refuses_protected_files():
    wheel = dataset_rows(known['eid'])['alf/_ibl_wheel.position.npy']
    alyx.rest('tags', 'create', data=dict(name='ibllib-paper', protected=True))
    alyx.rest('datasets', 'partial_update', id=str(wheel['id']), data=dict(tags=['ibllib-paper']))
    file = session_path / 'alf' / '_ibl_wheel.position.npy'
    file.write_text('another wheel')
    refused(lambda: register_dataset([file], one=one), FileExistsError)
    after = dataset_rows(known['eid'])['alf/_ibl_wheel.position.npy']
    same({**after, 'auto_datetime': None}, {**wheel, 'auto_datetime': None})


def writes_quality():
    qc = QC(known['eid'], one=one, endpoint='sessions')
    same(qc.update('WARNING', namespace='task').name, 'WARNING')
    same(qc.update('PASS', namespace='video').name, 'WARNING')
    qc.update_extended_qc({'_task_goCue': 0.97, '_task_nan': float('nan'), '_video_pins': (0.5, float('nan'))})
    row = session_row()
    same((row['qc'], row['extended_qc']), (30, {'task': 'WARNING', 'video': 'PASS', '_task_goCue': 0.97, '_task_nan': None, '_video_pins': [0.5, None]}))


def writes_quality_of_a_probe():
    probe = alyx.rest('insertions', 'create', data=dict(session=known['eid'], name='probe00', model='3B2', serial='1'))
    qc = QC(probe['id'], one=one, endpoint='insertions')
    qc.update('CRITICAL', namespace='experimenter')
    same(database.value('select json from experiments_probeinsertion where id = %s', probe['id']),
         {'qc': 'CRITICAL', 'extended_qc': {'experimenter': 'CRITICAL'}})


def registers_figures():
    file = folder / 'figure.png'
    # The smallest picture there is: one grey point.
    file.write_bytes(bytes.fromhex(
        '89504e470d0a1a0a0000000d4948445200000001000000010800000000 3a7e9b550000000a49444154789c6368000000820081 77cd72b60000000049454e44ae426082'.replace(' ', '')))
    snapshot = Snapshot(known['eid'], one=one)
    first = snapshot.register_image(file, text='psychometric', json_field={'name': 'psychometric'})
    second = snapshot.register_image(file, text='psychometric', json_field={'name': 'psychometric'}, width='orig')
    assert first['id'] != second['id']
    same(database.column('select id::text from misc_note where object_id = %s', known['eid']), [second['id']])
    same(Snapshot(subject_id(), one=one).register_image(file, text='wrong kind'), None)


def subject_id():
    return str(database.value('select id from subjects_subject where nickname = %s', SUBJECT))


def reports_health():
    for repository in alyx.rest('data-repository', 'list', globus_endpoint_id=here.endpoint):
        alyx.json_field_update(endpoint='data-repository', uuid=repository['name'], field_name='json',
                               data={'ibllib_version': version('ibllib'), 'raid_available': 1234.5})
    same(database.value("select json->>'raid_available' from data_datarepository where name = %s", here.on_rig), '1234.5')


check('does not overwrite protected files', refuses_protected_files)
check('writes quality of a session, the worst counts', writes_quality)
check('writes quality of a probe into its JSON', writes_quality_of_a_probe)
check('registers figures as notes, a new one in place of the old', registers_figures)
check('reports the health of its disks', reports_health)
finish()
