"""What a translation of a dictionary must leave alone."""

from __future__ import annotations

from dataclasses import replace

from reportgen.dictionary import Feature, FeatureDictionary


def facts_of(dictionary: FeatureDictionary) -> list[Feature]:
    """Return the features without their words; of a family, only who belongs to it."""
    members: dict[str, str] = {}
    for feature in dictionary.features:
        members.setdefault(feature.family, feature.name)
    return [
        replace(
            feature,
            label="",
            more="",
            less="",
            information_level="",
            family=members[feature.family] if feature.family else "",
            values=dict.fromkeys(feature.values, ""),
            parts=tuple(replace(part, label="", more="", less="", names={}) for part in feature.parts),
        )
        for feature in dictionary.features
    ]


def code_order(dictionary: FeatureDictionary) -> list[list[str]]:
    """Return the codes of each feature in their order, which equality of mappings does not see."""
    return [list(feature.values) for feature in dictionary.features]
