"""The first experiment in the documentation of Alyx, in a laboratory that is an hour old."""
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
from checks import check, finish, same
from stage import base_url, database, folder, one_client, password, username

LAB = 'defaultlab'
root = folder / 'alyx_local_data'
root.mkdir()
one = one_client()
print(f'getting started, with ONE-api {__import__("one").__version__}')

made = {}


def makes_a_project():
    project = one.alyx.rest('projects', 'create', data=dict(name='main', users=['admin']))
    same(project['users'], ['admin'])
    same(database.column("""select u.username::text from subjects_project p join subjects_project_users m on m.project_id = p.id
        join misc_labmember u on u.id = m.labmember_id where p.name = 'main'"""), ['admin'])


def makes_a_repository():
    one.alyx.rest('data-repository', 'create', data=dict(name='local', data_url='http://anyurl.org'))
    row = database.row("select data_url::text, globus_is_personal, timezone::text from data_datarepository where name = 'local'")
    same((row['data_url'], row['globus_is_personal']), ('http://anyurl.org', None))


def gives_it_to_the_lab():
    lab = one.alyx.rest('labs', 'partial_update', id=LAB, data=dict(repositories=['local']))
    same((lab['name'], lab['repositories']), (LAB, ['local']))
    same(database.column("""select r.name::text from misc_lab l join misc_lab_repositories m on m.lab_id = l.id
        join data_datarepository r on r.id = m.datarepository_id where l.name = %s""", LAB), ['local'])


def makes_a_subject():
    subject = one.alyx.rest('subjects', 'create', data=dict(nickname='Algernon', lab=LAB, project='main', sex='M'))
    same((subject['nickname'], subject['lab'], subject['sex'], subject['alive']), ('Algernon', LAB, 'M', True))
    same(database.row("""select s.sex::text, l.name::text as lab, u.username::text as responsible from subjects_subject s
        join misc_lab l on l.id = s.lab_id left join misc_labmember u on u.id = s.responsible_user_id
        where s.nickname = 'Algernon'"""), {'sex': 'M', 'lab': LAB, 'responsible': username})


def makes_a_session():
    made['started'] = datetime.now()
    session = one.alyx.rest('sessions', 'create', data=dict(
        subject='Algernon', number=1, lab=LAB, task_protocol='test registration', project='main',
        start_time=str(made['started']), users=['admin']))
    made['session'], made['eid'] = session, session['url'][-36:]
    row = database.row("""select s.number, s.task_protocol::text, s.start_time, l.name::text as lab,
        (select count(*) from actions_session_users m where m.session_id = s.id) as users
        from actions_session s join misc_lab l on l.id = s.lab_id where s.id = %s""", made['eid'])
    same((row['number'], row['task_protocol'], row['lab'], row['users']), (1, 'test registration', LAB, 1))
    same(row['start_time'].replace(tzinfo=None), made['started'])


def registers_a_table():
    session = made['session']
    session_path = root.joinpath(
        session['lab'], 'Subjects', session['subject'], session['start_time'][:10], str(session['number']).zfill(3))
    (session_path / 'alf').mkdir(parents=True)
    trials = pd.DataFrame({'choice': np.random.randn(400) > 0.5, 'value': np.random.randn(400)})
    trials.to_parquet(session_path / 'alf' / 'trials.table.pqt')
    answer = one.alyx.rest('register-file', 'create', no_cache=True, data={
        'created_by': 'admin',
        'path': session_path.relative_to(session_path.parents[2]).as_posix(),
        'filenames': ['alf/trials.table.pqt'],
        'name': 'local',
    })
    same([(row['name'], row['collection'], row['dataset_type']) for row in answer], [('trials.table.pqt', 'alf', 'trials.table')])
    row = database.row("""select d.name::text, d.collection::text, d.default_dataset, f.exists, f.relative_path::text, r.name::text as repository
        from data_dataset d join data_filerecord f on f.dataset_id = d.id join data_datarepository r on r.id = f.data_repository_id
        where d.session_id = %s""", made['eid'])
    same(row, {'name': 'trials.table.pqt', 'collection': 'alf', 'default_dataset': True, 'exists': True, 'repository': 'local',
               'relative_path': f'Algernon/{session["start_time"][:10]}/001/alf/trials.table.pqt'})


def recovers_the_files():
    later = one_client()
    eid = later.alyx.rest('sessions', 'list', subject='Algernon')[-1]['id']
    local_path = root.joinpath(*later.eid2path(eid).parts[-5:])
    files = [local_path.joinpath(name) for name in later.list_datasets(eid)]
    same([Path(file).exists() for file in files], [True])
    same(len(pd.read_parquet(files[0])), 400)


check('makes a project', makes_a_project)
check('makes a repository', makes_a_repository)
check('gives the repository to the lab', gives_it_to_the_lab)
check('makes a subject', makes_a_subject)
check('makes a session', makes_a_session)
check('registers a table of trials', registers_a_table)
check('finds the file again from the session alone', recovers_the_files)
finish()
