# language: zh-CN
# en: The quick oral case: settled and performed on the doorstep, one registration and one event.
@CQ4 @人民调解法28 @人民调解法30
功能: 口头调解一步办结
  多数邻里小纠纷当场就能说和。登记一句话，办理一项，出具一张登记表，当场办结。

  规则: 人民调解协议可以口头达成，调解员应当记录协议内容（《人民调解法》第二十八条、第三十条）

    场景: 当场和好并履行，一步办结
      假如 王桂兰登记了一起邻里纠纷
        | 当事人 | 张三；李四 |
      当 王桂兰办理“当场口头调结并履行”
      那么 出具“口头协议登记表”
