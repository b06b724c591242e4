"""What every model of the policy language is made of: the frozen base, and the condition."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Model(BaseModel):
    """Base of the language: frozen, and unknown properties are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Condition(Model):
    """When a requirement or field applies: one typed test on a field, a setting or the employee, no expression.

    `field` is a field of the same step; `earlier` one that an earlier step of the case answered, in whichever
    strand: the newest answer counts. On a checklist a test holds if any answer is the one asked for; with `question`,
    the answer to that question.
    """

    field: str | None = None
    earlier: str | None = None
    question: str | None = None
    setting: str | None = None
    subject: Literal["teacher", "union_rep", "head"] | None = None
    is_: tuple[bool | int | str, ...] = Field(alias="is", min_length=1)

    def is_answered_by(self, actual: Any) -> bool:
        """Whether this value is one of those that the condition names; yes is not 1."""
        return any(actual == wanted and type(actual) is type(wanted) for wanted in self.is_)

    @model_validator(mode="before")
    @classmethod
    def _scalar_is_a_list(cls, data: Any) -> Any:
        if isinstance(data, dict) and "is" in data and not isinstance(data["is"], list | tuple):
            return {**data, "is": (data["is"],)}
        return data

    @model_validator(mode="after")
    def _one_subject(self) -> Condition:
        if sum(part is not None for part in (self.field, self.earlier, self.setting, self.subject)) != 1:
            raise ValueError("a condition tests exactly one of: field, earlier, setting, subject")
        if self.question is not None and self.field is None and self.earlier is None:
            raise ValueError("`question` belongs to a condition on `field` or `earlier`")
        return self
