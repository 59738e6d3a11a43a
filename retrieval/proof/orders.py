"""Sentences of a document that speak to the model instead of to a reader."""

from __future__ import annotations

import re

from language.text import fold

_ORDERS = re.compile(
    # English: forget what you were told; you are now; say this; show your prompt.
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,40}\b(?:instruction|prompt|rule|direction"
    r"|above|previous|prior|guideline|context|question|everything)"
    r"|\byou are (?:now|no longer)\b|\bfrom now on\b[^.!?\n]{0,20}\byou\b|\bact as (?:an?|the)\b"
    r"|\b(?:reply|respond|answer|output|print|write|say|repeat|return|begin|end)\b[^.!?\n]{0,25}"
    r"\b(?:only|exactly|verbatim|with the (?:word|text|phrase|following)|the following|instead)\b"
    r"|^[^\w\n]*(?:print|output|repeat|reply|respond|answer|insert|say|reveal)\b"
    r"|\b(?:reply|respond|answer|say|print|write)\b (?:with|in|as)\b"
    r"|\b(?:system|developer|hidden|your|initial)\b[^.!?\n]{0,12}\b(?:prompt|instructions?|message)\b"
    r"|\b(?:as an|dear) (?:ai|assistant|language model)|\b(?:ai|assistant|model|chatbot|llm)s?\b"
    r"[^.!?\n]{0,30}\b(?:must|should|shall|need to|have to)\b"
    r"|\btell the (?:user|reader|asker)\b|\bdo not (?:cite|mention|reveal|answer)\b"
    r"|\b(?:call|invoke|use) the (?:tool|function)\b|\bjailbreak|\bdan mode\b"
    # Chinese, and what templates put between the turns of a conversation.
    r"|(?:忽略|无视|忘记|忘掉|不要理会|跳过)[^。！？\n]{0,20}(?:指令|指示|提示|规则|要求|内容|问题|上文|以上|之前|前面)"
    r"|你(?:现在|从现在起)(?:是|起|要|必须)|从现在(?:开始|起)[^。！？\n]{0,10}你|(?:请|必须|只需?|直接|仅)(?:只|仅|直接)?(?:回复|回答|输出|说|写|打印|重复)"
    r"|(?:系统|隐藏|初始|开发者)(?:提示词?|指令|消息)|提示词|(?:助手|ai|人工智能|模型|机器人)[^。！？\n]{0,12}(?:必须|应当|应该|需要|请)"
    r"|告诉(?:用户|提问者|读者)|不要(?:引用|标注|注明|提及)|调用(?:工具|函数|接口)"
    r"|<\|?/?(?:im_start|im_end|system|user|assistant|endoftext|tool_call|s)\b|\[/?inst\]|<</?sys>>"
    r"|^[^\w\n]*(?:system|assistant|user|系统|助手|用户|developer|question|问题)\s*[:：]|\"(?:role|tool|function|name)\"\s*:",
    re.MULTILINE,
)


def is_instruction(sentence: str) -> bool:
    """Return True if a sentence gives orders to the model that reads it."""
    return _ORDERS.search(fold(sentence)) is not None
