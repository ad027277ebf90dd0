"""The blob service of one storage account, which stands in the path of its URLs as the first segment."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml import etree

from cses_action.sandbox import blob_access as rights
from cses_action.sandbox.blob_access import BlobAccess, Right
from cses_action.sandbox.signatures import NotAuthenticated, check_md5
from cses_action.sandbox.wire import Answer, Call, Refusal

XML = {"Content-Type": "application/xml"}
KEPT_HEADERS = ("content-type", "content-encoding", "content-language", "content-disposition", "cache-control")


@dataclass(frozen=True)
class StoredBlob:
    """A block blob and what is known of it."""

    content: bytes
    headers: Mapping[str, str]
    etag: str = field(default_factory=lambda: f'"0x{uuid.uuid4().hex[:15].upper()}"')
    modified: str = field(default_factory=lambda: f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S GMT}")

    @property
    def stamps(self) -> dict[str, str]:
        """The headers that tell one state of the blob from another."""
        return {"ETag": self.etag, "Last-Modified": self.modified}


@dataclass
class Container:
    """A private container: its blobs, and blocks that no list names yet."""

    blobs: dict[str, StoredBlob] = field(default_factory=dict)
    blocks: dict[str, dict[str, bytes]] = field(default_factory=dict)


class BlobService:
    """Containers and block blobs, behind the same checks as Azure's."""

    name = "blob"

    def __init__(self, url: str, access: BlobAccess) -> None:
        self._url = url
        self._access = access
        self.containers: dict[str, Container] = {}

    def answer(self, call: Call) -> Answer:
        """Return the answer to a request for the account, a container or a blob."""
        account, _, path = call.path.lstrip("/").partition("/")
        if account != self._access.account:
            raise Refusal(404, "ResourceNotFound", f"sandbox: there is no storage account {account}")
        container, _, blob = path.partition("/")
        if blob:
            answer = self._blob(call, container, blob)
        elif container:
            answer = self._container(call, container)
        else:
            answer = self._account(call)
        return replace(answer, headers={**_common(call), **answer.headers})

    def refuse(self, refusal: Refusal) -> Answer:
        """Return the refusal as the XML and the header that storage clients read."""
        root = etree.Element("Error")
        etree.SubElement(root, "Code").text = refusal.code
        request = str(uuid.uuid4())
        etree.SubElement(root, "Message").text = f"{refusal.message}\nRequestId:{request}\nTime:{datetime.now(UTC)}"
        if isinstance(refusal, NotAuthenticated):
            etree.SubElement(root, "AuthenticationErrorDetail").text = refusal.detail
        headers = {**XML, "x-ms-error-code": refusal.code, "x-ms-request-id": request, **refusal.headers}
        return Answer(refusal.status, etree.tostring(root, xml_declaration=True, encoding="utf-8"), headers)

    def fetch(self, url: str) -> bytes:
        """Return what a URL with a signature gives to anyone, in particular to Azure Resource Manager."""
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != self._url:
            raise Refusal(404, "ResourceNotFound", "sandbox: no storage account answers at this address")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return self.answer(Call("GET", unquote(parts.path), parts.path, query, {})).body

    def _account(self, call: Call) -> Answer:
        if (call.method, call.query.get("comp")) == ("POST", "userdelegationkey"):
            self._access.check(call, "", rights.DELEGATE)
            return Answer(200, self._access.delegation_key(call), XML)
        raise _not_built(call)

    def _container(self, call: Call, name: str) -> Answer:
        if call.query.get("restype") != "container":
            raise _not_built(call)
        match call.method, call.query.get("comp"):
            case "PUT", None:
                self._access.check(call, name, rights.WRITE_CONTAINER)
                return self._make(call, name)
            case (("GET" | "HEAD"), None):
                self._access.check(call, name, rights.READ_CONTAINER)
                self._find(name)
                return Answer(200, headers={"x-ms-lease-status": "unlocked", **StoredBlob(b"", {}).stamps})
            case "GET", "list":
                self._access.check(call, name, rights.LIST)
                return Answer(200, self._listing(name, call.query.get("prefix", "")), XML)
            case _:
                raise _not_built(call)

    def _make(self, call: Call, name: str) -> Answer:
        if not re.fullmatch("[a-z0-9](-?[a-z0-9]){2,62}", name):
            raise Refusal(400, "InvalidResourceName", "The specified resource name contains invalid characters.")
        if "x-ms-blob-public-access" in call.headers:
            raise Refusal(409, "PublicAccessNotPermitted", "Public access is not permitted on this storage account.")
        if name in self.containers:
            raise Refusal(409, "ContainerAlreadyExists", "The specified container already exists.")
        self.containers[name] = Container()
        return Answer(201, headers=StoredBlob(b"", {}).stamps)

    def _find(self, name: str) -> Container:
        if name not in self.containers:
            raise Refusal(404, "ContainerNotFound", "The specified container does not exist.")
        return self.containers[name]

    def _listing(self, name: str, prefix: str) -> bytes:
        root = etree.Element("EnumerationResults", ServiceEndpoint=f"{self._url}/", ContainerName=name)
        blobs = etree.SubElement(root, "Blobs")
        for path, blob in sorted(self._find(name).blobs.items()):
            if path.startswith(prefix):
                entry = etree.SubElement(blobs, "Blob")
                etree.SubElement(entry, "Name").text = path
                properties = etree.SubElement(entry, "Properties")
                facts = {**blob.stamps, "Content-Length": str(len(blob.content)), "BlobType": "BlockBlob"}
                for fact, text in facts.items():
                    etree.SubElement(properties, fact).text = text
        etree.SubElement(root, "NextMarker")
        return etree.tostring(root, xml_declaration=True, encoding="utf-8")

    def _blob(self, call: Call, container: str, name: str) -> Answer:
        path = f"{container}/{name}"
        match call.method, call.query.get("comp"):
            case (("GET" | "HEAD"), None):
                self._access.check(call, path, rights.READ)
                return _read(call, self._find_blob(container, name))
            case "PUT", (None | "block" | "blocklist"):
                self._access.check(call, path, self._writing(container, name))
                return self._put(call, self._find(container), name)
            case "DELETE", None:
                self._access.check(call, path, rights.DELETE)
                self._find_blob(container, name)
                del self.containers[container].blobs[name]
                return Answer(202)
            case _:
                raise _not_built(call)

    def _writing(self, container: str, name: str) -> Right:
        exists = container in self.containers and name in self.containers[container].blobs
        return rights.WRITE if exists else rights.CREATE

    def _find_blob(self, container: str, name: str) -> StoredBlob:
        blobs = self._find(container).blobs
        if name not in blobs:
            raise Refusal(404, "BlobNotFound", "The specified blob does not exist.")
        return blobs[name]

    def _put(self, call: Call, container: Container, name: str) -> Answer:
        md5 = base64.b64encode(check_md5(call)).decode()
        blocks = container.blocks.setdefault(name, {})
        if call.query.get("comp") == "block":
            blocks[call.query.get("blockid", "")] = call.body
            return Answer(201, headers={"Content-MD5": md5})
        _check_conditions(call, container.blobs.get(name))
        if call.query.get("comp") == "blocklist":
            content, known = _joined(call.body, blocks), call.headers.get("x-ms-blob-content-md5")
        elif call.headers.get("x-ms-blob-type") == "BlockBlob":
            content, known = call.body, md5
        else:
            raise _not_built(call)
        del container.blocks[name]
        container.blobs[name] = StoredBlob(content, _kept(call, known))
        return Answer(201, headers=container.blobs[name].stamps)


def _kept(call: Call, md5: str | None) -> dict[str, str]:
    headers = {name: value for name, value in call.headers.items() if name.startswith("x-ms-meta-")}
    for name in KEPT_HEADERS:
        if value := call.headers.get(f"x-ms-blob-{name}"):
            headers[name] = value
    return {"content-type": "application/octet-stream", **headers, **({"content-md5": md5} if md5 else {})}


def _check_conditions(call: Call, blob: StoredBlob | None) -> None:
    if blob is not None and call.headers.get("if-none-match") == "*":
        raise Refusal(409, "BlobAlreadyExists", "The specified blob already exists.")
    if "if-match" in call.headers and (blob is None or blob.etag != call.headers["if-match"]):
        raise Refusal(412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")


def _joined(block_list: bytes, blocks: Mapping[str, bytes]) -> bytes:
    try:
        names = [each.text or "" for each in etree.fromstring(block_list, etree.XMLParser(resolve_entities=False))]
        return b"".join(blocks[name] for name in names)
    except (etree.XMLSyntaxError, KeyError) as mistake:
        raise Refusal(400, "InvalidBlockList", "The specified block list is invalid.") from mistake


def _read(call: Call, blob: StoredBlob) -> Answer:
    size = len(blob.content)
    headers = {**blob.headers, **blob.stamps, "Accept-Ranges": "bytes", "x-ms-blob-type": "BlockBlob"}
    wanted = call.headers.get("x-ms-range", call.headers.get("range", ""))
    span = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
    if call.method == "HEAD":
        return Answer(200, headers={**headers, "Content-Length": str(size)})
    if span is None:
        return Answer(200, blob.content, headers)
    first, last = int(span[1]), min(int(span[2] or size), size - 1)
    if first >= size:
        raise Refusal(416, "InvalidRange", "The range specified is invalid for the current size of the resource.")
    # The hash of the whole blob goes by another name where only a part is answered.
    if md5 := headers.pop("content-md5", None):
        headers["x-ms-blob-content-md5"] = md5
    content = blob.content[first : last + 1]
    return Answer(206, content, {**headers, "Content-Range": f"bytes {first}-{last}/{size}"})


def _common(call: Call) -> dict[str, str]:
    return {
        "Server": "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0",
        "x-ms-request-id": str(uuid.uuid4()),
        "x-ms-version": call.headers.get("x-ms-version", ""),
        "x-ms-request-server-encrypted": "true",
    }


def _not_built(call: Call) -> Refusal:
    return Refusal(405, "UnsupportedHttpVerb", f"sandbox: the blob service has no {call.method} {call.shown_path}")
