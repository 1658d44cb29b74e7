"""What Schemathesis must not send, because a form has no way to say it."""

import schemathesis


@schemathesis.hook
def filter_case(context, case):
    """Leaves out forms that are not what Schemathesis takes them for.

    The name of a part stands in its header `Content-Disposition`, where RFC 9110 allows no control characters;
    Schemathesis writes them there as they are. And what a part holds is text: a wrong type, such as `true` where
    text is expected or one item in place of a list, is the same bytes as the right one.
    """
    if case.media_type != "multipart/form-data" or not isinstance(case.body, dict):
        return True
    if any(ord(letter) < 32 or ord(letter) == 127 for name in case.body for letter in name):
        return False
    data = getattr(getattr(case.meta, "phase", None), "data", None)
    return "type" not in str(getattr(data, "description", "")).lower()
