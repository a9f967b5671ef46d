"""Analysts who search the cache tables of ONE instead of asking the server.

    one_tables.py BASE_URL USERNAME PASSWORD DATABASE_URL FOLDER TABLES_FOLDER

The tables are written by the command, compared with tables that pandas makes from plain SQL, downloaded by ONE in remote
mode, and searched without the server.
"""
import datetime
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from checks import check, finish, same, same_members

base_url, username, password, database_url, folder, tables_folder = sys.argv[1:]
folder, tables_folder = Path(folder), Path(tables_folder)
program = Path(__file__).parents[3] / 'packages/server/bin/alyx.js'

import one  # noqa: E402
from one.alf.cache import QC_TYPE, load_tables  # noqa: E402
from one.alf.spec import QC  # noqa: E402
from one.api import ONE, One  # noqa: E402

print(f'ONE-api {one.__version__}, pandas {pd.__version__}, pyarrow {pa.__version__}')
warnings.simplefilter('ignore')


def write_tables(*words):
    """Run the command as a schedule does, and return its one line."""
    settings = {**os.environ, 'DATABASE_URL': database_url, 'ALYX_TABLES_ROOT': str(tables_folder), 'TZ': 'UTC'}
    ended = subprocess.run([str(program), 'one-cache', *words], env=settings, cwd=folder, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


database = psycopg.connect(database_url, autocommit=True)
database.execute("set time zone 'UTC'")


def rows(query, *values):
    return database.execute(query, values).fetchall()


# What pandas makes of the same rows, by way of a file, as Alyx does it ---------------------------------------------
def through_a_file(frame, name):
    path = folder / f'expected_{name}.pqt'
    pq.write_table(pa.Table.from_pandas(frame), path)
    return pd.read_parquet(path)


def expected_sessions():
    found = rows("""select s.id::text, l.name, u.nickname, s.start_time, s.number, s.task_protocol,
        array(select p.name from subjects_project p join actions_session_projects m on m.project_id = p.id
              where m.session_id = s.id)
        from actions_session s join subjects_subject u on u.id = s.subject_id left join misc_lab l on l.id = s.lab_id""")
    records = [(i, lab, subject, start.date(), number, protocol, ','.join(sorted(projects)))
               for i, lab, subject, start, number, protocol, projects in sorted(found)
               if lab is not None and start is not None and number is not None]
    frame = pd.DataFrame(records, columns=['id', 'lab', 'subject', 'date', 'number', 'task_protocol', 'projects'], dtype=object)
    frame = frame.sort_values(['date', 'subject', 'number'], ascending=False, kind='stable')
    return through_a_file(frame.astype({'number': np.uint16}).set_index('id'), 'sessions')


def expected_datasets():
    found = rows("""select d.id::text, d.session_id::text, d.file_size, d.hash, d.default_dataset, d.qc, d.collection, r.name, d.name
        from data_dataset d left join data_revision r on r.id = d.revision_id where d.session_id is not null""")
    existing = {i for i, in rows("""select f.dataset_id::text from data_filerecord f
        join data_datarepository p on p.id = f.data_repository_id
        where f.exists and p.name ~ '^(flatiron|aws)'""")}
    records = []
    for i, eid, size, file_hash, is_default, qc, collection, revision, name in found:
        if i in existing:
            path = '/'.join(filter(None, (collection, revision and f'#{revision}#', name)))
            records.append((eid, i, size, file_hash, is_default, QC(qc).name, True, path))
    columns = ['eid', 'id', 'file_size', 'hash', 'default_revision', 'qc', 'exists', 'rel_path']
    frame = pd.DataFrame(records, columns=columns, dtype=object)
    frame['qc'] = pd.Categorical(frame['qc'], dtype=QC_TYPE)
    frame = frame.astype({'file_size': 'UInt64', 'default_revision': bool, 'exists': bool})
    return through_a_file(frame.set_index(['eid', 'id']).sort_index(), 'datasets')


def same_frame(name, expected):
    actual = pd.read_parquet(tables_folder / f'{name}.pqt')
    pd.testing.assert_frame_equal(actual, expected, check_exact=True, check_column_type='exact', check_index_type='exact')
    same(actual.dtypes.to_dict(), expected.dtypes.to_dict())
    assert len(actual) > 0, 'no rows to compare'


def same_schema(name):
    ours, theirs = (pq.read_schema(path) for path in (tables_folder / f'{name}.pqt', folder / f'expected_{name}.pqt'))
    plain = [(f.name, str(f.type).replace('large_string', 'string'), f.nullable) for f in theirs]
    same([(f.name, str(f.type), f.nullable) for f in ours], plain)


check('the command says what it wrote', lambda: write_tables().startswith('Cache tables in '))
check('and writes nothing when nothing has changed', lambda: write_tables().startswith('Nothing has changed since '))
check('sessions are the very table that pandas would write', lambda: same_frame('sessions', expected_sessions()))
check('datasets are the very table that pandas would write', lambda: same_frame('datasets', expected_datasets()))
for table in ('sessions', 'datasets'):
    check(f'{table} have the same types for Arrow', lambda: same_schema(table))


def quality_is_ordered():
    qc = pd.read_parquet(tables_folder / 'datasets.pqt')['qc']
    same(list(qc.cat.categories), ['NOT_SET', 'PASS', 'WARNING', 'FAIL', 'CRITICAL'])
    assert qc.cat.ordered and (qc <= 'CRITICAL').all() and qc.dtype == QC_TYPE


check('quality is an order of all five words', quality_is_ordered)
check('days are days', lambda: type(pd.read_parquet(tables_folder / 'sessions.pqt')['date'].iloc[0]) is datetime.date)


# ONE downloads them ----------------------------------------------------------------------------------------------
ONE.setup(base_url=base_url, silent=True)


def client(name):
    where = folder / name
    where.mkdir(parents=True, exist_ok=True)
    return ONE(base_url=base_url, cache_dir=where, username=username, password=password, silent=True, mode='remote')


remote = client('downloaded')
check('ONE downloads and loads them', lambda: remote.load_cache() is not None)
check('all sessions have come', lambda: same(len(remote._cache['sessions']), rows("""select count(*) from actions_session
    where number is not null and start_time is not null and lab_id is not null""")[0][0]))
check('a second time nothing is newer', lambda: remote.load_cache() is not None)

tags = [name for name, in rows(r"""select t.name from data_tag t join data_dataset_tags m on m.tag_id = t.id
    join data_dataset d on d.id = m.dataset_id where t.name ~ '^\w+$' and d.session_id is not null group by t.name order by count(*) desc""")]


def tables_of_tag(tag):
    write_tables('--tag', tag)
    tagged = client('tagged')
    tagged.load_cache(tag=tag)
    expected = rows("""select distinct d.session_id::text from data_dataset d join data_dataset_tags m on m.dataset_id = d.id
        join data_tag t on t.id = m.tag_id join actions_session s on s.id = d.session_id
        where t.name = %s and s.number is not null and s.lab_id is not null""", tag)
    same_members(tagged._cache['sessions'].index, [eid for eid, in expected])
    same({d for x in tagged._cache['_meta']['raw'].values() for d in x['database_tags']}, {tag})


for tag in tags[:1]:
    check(f'ONE loads the tables of the tag {tag}', lambda: tables_of_tag(tag))


# Without the server ------------------------------------------------------------------------------------------------
local = One(cache_dir=tables_folder, mode='local')
# Asks the server for everything: ONE cannot always add answers to tables that it has loaded, whoever wrote those.
asking = client('asking')
check('ONE opens them without the server', lambda: same(local.offline, True))
check('in an order that needs no sorting', lambda: load_tables(tables_folder)['datasets'].index.is_monotonic_increasing)


def same_search(**terms):
    here = [str(eid) for eid in local.search(**terms)]
    there = [str(eid) for eid in asking.search(**terms)]
    kept = {eid for eid, in rows("""select id::text from actions_session
        where number is not null and start_time is not null and lab_id is not null""")}
    same_members(here, [eid for eid in there if eid in kept])
    return len(here)


def search_terms():
    """One search of each kind that has something to find."""
    [(subject, lab, day, number, protocol, eid)] = rows("""select u.nickname, l.name, s.start_time::date::text, s.number, s.task_protocol, s.id::text
        from actions_session s join subjects_subject u on u.id = s.subject_id join misc_lab l on l.id = s.lab_id
        join data_dataset d on d.session_id = s.id join data_filerecord f on f.dataset_id = d.id and f.exists
        join data_datarepository p on p.id = f.data_repository_id and p.name ~ '^(flatiron|aws)'
        where s.number is not null and s.start_time is not null
        group by s.id, u.nickname, l.name order by count(*) desc, s.id limit 1""")
    yield {'subject': subject}
    yield {'lab': lab}
    yield {'date_range': [day, day]}
    yield {'number': number}
    yield {'lab': lab, 'date_range': [day, None]}
    if protocol:
        yield {'task_protocol': protocol}
    for project, in rows("""select p.name from subjects_project p join actions_session_projects m on m.project_id = p.id
            group by p.name order by count(*) desc limit 1"""):
        yield {'projects': project}


for terms in search_terms():
    check(f'finds the same sessions without the server: {terms}', lambda: same_search(**terms) > 0)


def same_datasets(eid):
    """The same of those that the tables are about; both sides leave out what is CRITICAL or has no name of the standard."""
    tables = pd.read_parquet(tables_folder / 'datasets.pqt')
    here = [str(path) for path in local.list_datasets(eid)]
    there = [str(path) for path in asking.list_datasets(eid)]
    same(sorted(here), sorted(set(there) & set(tables.loc[eid]['rel_path'])))
    assert here, 'nothing to compare'


for eid, in rows("""select distinct d.session_id::text from data_dataset d join data_filerecord f on f.dataset_id = d.id and f.exists
        join data_datarepository p on p.id = f.data_repository_id and p.name ~ '^(flatiron|aws)'
        join actions_session s on s.id = d.session_id and s.number is not null and s.lab_id is not null
        order by 1 limit 5"""):
    check(f'lists the same datasets of {eid} without the server', lambda: same_datasets(eid))


def same_quality(name, worst):
    expected = rows("""select distinct d.session_id::text from data_dataset d join actions_session s on s.id = d.session_id
        where d.name = %s and d.qc <= %s and s.number is not null and s.start_time is not null and s.lab_id is not null
          and exists (select from data_filerecord f join data_datarepository p on p.id = f.data_repository_id
            where f.dataset_id = d.id and f.exists and p.name ~ '^(flatiron|aws)')""", name, worst.value)
    same_members(local.search(datasets=name.replace('.', r'\.'), dataset_qc_lte=worst.name), [eid for eid, in expected])


for name, in rows("select name from data_dataset where session_id is not null group by name having count(distinct qc) > 1 order by count(*) desc limit 3"):
    for worst in (QC.PASS, QC.WARNING, QC.CRITICAL):
        check(f'finds sessions by {name} that is {worst.name} or better', lambda: same_quality(name, worst))


# A changed laboratory -----------------------------------------------------------------------------------------------
def sees_a_change():
    database.execute("update actions_session set task_protocol = 'renamed_protocol' where number is not null and lab_id is not null")
    assert write_tables().startswith('Cache tables in ')
    again = One(cache_dir=tables_folder, mode='local')
    same(set(again._cache['sessions']['task_protocol']), {'renamed_protocol'})
    info = json.loads((tables_folder / 'cache_info.json').read_text())
    same(info['tables']['sessions']['nrecs'], len(again._cache['sessions']))


check('a change is in the next tables', sees_a_change)
finish()
