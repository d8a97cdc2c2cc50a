"""Texts of completions, and where they end."""


def count_stops(text: str, stops: list) -> int:
    """How many times one of the texts is there, none overlapping another."""
    at, count = 0, 0
    while True:
        ends = [found + len(stop) for stop in stops if (found := text.find(stop, at)) >= 0]
        if not ends:
            return count
        at, count = min(ends), count + 1


def decode(tokenizer, ids: list) -> str:
    """Text of ids, special tokens included and nothing tidied up."""
    return tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)


def completion_text(tokenizer, ids: list, end_ids: list) -> str:
    """Text of a completion, without the token that ended it."""
    return decode(tokenizer, ids[:-1] if ids and ids[-1] in end_ids else ids)
