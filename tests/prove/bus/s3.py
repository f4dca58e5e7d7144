"""As much of `aws s3` as docs/ARCHIVE.md uses: `cp` of one object to a file or back, and `rm`."""

import os
import sys
from pathlib import Path

import boto3


def main(words: list[str]) -> None:
    match words:
        case ["s3", "cp", source, target] if source.startswith("s3://"):
            Path(target).write_bytes(_client().get_object(**_place(source))["Body"].read())
        case ["s3", "cp", source, target]:
            _client().put_object(**_place(target), Body=Path(source).read_bytes())
        case ["s3", "rm", source]:
            _client().delete_object(**_place(source))
        case _:
            sys.exit(f"no such command: {words}")


def _place(url: str) -> dict[str, str]:
    bucket, _, key = url.removeprefix("s3://").partition("/")
    return {"Bucket": bucket, "Key": key}


def _client():  # type: ignore[no-untyped-def]
    return boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])


if __name__ == "__main__":
    main(sys.argv[1:])
