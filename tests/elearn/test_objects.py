"""Media and records in object storage: everything that a file system does, and nothing more open.

Against moto's server: a real client, real HTTP, an S3 of the test's own.
"""

import io
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import environ
import pytest
from django.core.files.storage import default_storage, storages
from django.core.management import call_command
from django.urls import reverse
from moto.server import ThreadedMotoServer

from curriculum.domain.enrolment import enrol
from curriculum.domain.files import frozen_name
from curriculum.models import Certificate
from elearn.service.backup import actions
from elearn.service.objects_settings import s3
from tests import people
from tests.cms import site
from tests.cms.test_media import figure, frozen_of, png
from tests.factories import activities, complete, programme, reading

KEYS = {
    "MEDIA_S3_ACCESS_KEY": "test",
    "MEDIA_S3_SECRET_KEY": "test",
    "MEDIA_S3_REGION": "eu-west-2",
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def buckets(endpoint: str, settings: Any, monkeypatch: Any, request: Any) -> Any:
    """A client of the service, with our two buckets in the settings."""
    names = {
        "MEDIA_S3_BUCKET": f"media-{id(request)}",
        "MEDIA_S3_RECORDS_BUCKET": f"rec-{id(request)}",
    }
    for name, value in {**KEYS, **names, "MEDIA_S3_ENDPOINT": endpoint}.items():
        monkeypatch.setenv(name, value)
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="eu-west-2",
        aws_access_key_id="test", aws_secret_access_key="test",
    )  # fmt: skip
    for name in names.values():
        client.create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
        )
    settings.STORAGES = {**settings.STORAGES, **s3(environ.Env())}
    client.ours = names
    return client


def held(client: Any, bucket: str) -> set[str]:
    found = client.list_objects_v2(Bucket=client.ours[bucket])
    return {row["Key"] for row in found.get("Contents", [])}


@pytest.mark.django_db
def test_a_picture_is_uploaded_and_published_from_object_storage(
    buckets: Any, ada: Any, signed_in: Any
) -> None:
    from cms.models import Picture

    site.allow_unreviewed()
    client = signed_in(ada)
    upload = {"title": "A door", "file": png()}
    assert client.post(reverse("wagtailimages:add"), upload).status_code == 302
    picture = Picture.objects.get(title="A door")
    assert picture.file.name in held(buckets, "MEDIA_S3_BUCKET")
    page = site.reading_page(body=[figure(picture)])
    name = frozen_name(frozen_of(page).file)
    assert {name, frozen_name(frozen_of(page).file, 480)} <= held(buckets, "MEDIA_S3_BUCKET")
    shown = client.get(page.url).content.decode()
    assert f"/media/{name}" in shown
    assert "127.0.0.1" not in shown, "a browser is sent to nobody else"
    facts = buckets.head_object(Bucket=buckets.ours["MEDIA_S3_BUCKET"], Key=name)
    assert facts["CacheControl"].endswith("immutable")
    assert facts["ContentType"] == "image/png"


@pytest.mark.django_db
def test_a_certificate_is_kept_among_the_records_and_streamed_to_its_owner(
    buckets: Any, lena: Any, signed_in: Any
) -> None:
    made = programme([reading("A")])
    complete(enrol(people.cohort(made), lena), activities(made)[0])
    found = Certificate.objects.get()
    address = reverse("certificate_pdf", args=[found.code])
    first = b"".join(signed_in(lena).get(address).streaming_content)
    assert first.startswith(b"%PDF")
    assert held(buckets, "MEDIA_S3_RECORDS_BUCKET") == {f"certificates/{found.uuid}.pdf"}
    assert not held(buckets, "MEDIA_S3_BUCKET")
    assert b"".join(signed_in(lena).get(address).streaming_content) == first
    with pytest.raises(ValueError, match="no address"):
        storages["records"].url("certificates/x.pdf")


@pytest.mark.race
@pytest.mark.xdist_group("races")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_backup_takes_object_storage_along_and_brings_it_back(
    buckets: Any, tmp_path: Path
) -> None:
    default_storage.save("frozen/ab/abc.png", io.BytesIO(b"picture"))
    storages["records"].save("certificates/one.pdf", io.BytesIO(b"%PDF"))
    actions.back_up(tmp_path / "b")
    default_storage.delete("frozen/ab/abc.png")
    storages["records"].delete("certificates/one.pdf")
    call_command("restore", str(tmp_path / "b"), "--replace", stdout=io.StringIO())
    assert default_storage.open("frozen/ab/abc.png").read() == b"picture"
    assert storages["records"].open("certificates/one.pdf").read() == b"%PDF"


def test_without_a_bucket_nothing_starts(monkeypatch: Any) -> None:
    monkeypatch.setenv("MEDIA_S3_BUCKET", "media")
    with pytest.raises(environ.ImproperlyConfigured, match="MEDIA_S3_RECORDS_BUCKET"):
        s3(environ.Env())
