"""Where a program records: the server it talks to, the database behind it, and a place in the laboratory.

Every program that records is called with BASE_URL USERNAME PASSWORD DATABASE_URL FOLDER, and may change everything.
"""
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace

from database import Database

base_url, username, password, database_url, _folder = sys.argv[1:]
folder = Path(_folder)
database = Database(database_url)
warnings.simplefilter('ignore')


def place():
    """A lab that stores its data on the rig and on a server, with what a session there refers to."""
    lab = database.row("""
        select l.id, l.name::text,
          (array_agg(r.name::text order by r.name) filter (where r.globus_is_personal))[1] as on_rig,
          (array_agg(r.name::text order by r.name) filter (where r.globus_is_personal is false))[1] as on_server
        from misc_lab l join misc_lab_repositories m on m.lab_id = l.id join data_datarepository r on r.id = m.datarepository_id
        group by l.id having bool_or(r.globus_is_personal) and bool_or(r.globus_is_personal is false)
        order by count(*), l.name limit 1""")
    return SimpleNamespace(
        lab=lab['name'],
        on_rig=lab['on_rig'],
        on_server=lab['on_server'],
        endpoint=str(database.value('select globus_endpoint_id from data_datarepository where name = %s', lab['on_rig'])),
        repositories=database.column("""
            select r.name::text from misc_lab_repositories m join data_datarepository r on r.id = m.datarepository_id
            where m.lab_id = %s order by 1""", lab['id']),
        location=database.value('select name::text from misc_lablocation where lab_id = %s order by 1 limit 1', lab['id']),
        projects=database.column('select name::text from subjects_project order by 1 limit 2'),
        colleague=database.value("""
            select username::text from misc_labmember where is_active and not is_public_user and username <> %s
            order by username limit 1""", username),
    )


def one_client(**kwargs):
    """ONE, signed in, without its own copies of answers."""
    from one.api import ONE
    ONE.setup(base_url=base_url, silent=True)
    cache = folder / 'one'
    cache.mkdir(exist_ok=True)
    return ONE(base_url=base_url, username=username, password=password, cache_dir=cache, cache_rest=None, silent=True,
               mode='remote', **kwargs)


def dataset_rows(session, *columns):
    """The datasets of a session, by the path of each inside it."""
    return {row['path']: row for row in database.rows("""
        select concat_ws('/', nullif(d.collection, ''), '#' || r.name || '#', d.name) as path, d.*, r.name::text as revision,
          u.username::text as created_by, t.name::text as dataset_type
        from data_dataset d left join data_revision r on r.id = d.revision_id
          join data_datasettype t on t.id = d.dataset_type_id left join misc_labmember u on u.id = d.created_by_id
        where d.session_id = %s""", session)}


def file_rows(dataset):
    """Where copies of a dataset are expected: repository, path, whether the file is there."""
    return {row['name']: row for row in database.rows("""
        select r.name::text, f.relative_path, f.exists, f.json, f.id from data_filerecord f
        join data_datarepository r on r.id = f.data_repository_id where f.dataset_id = %s""", dataset)}
